// A chain of functions around another one: each gets what is handed on and decides what becomes of it.

/** One of the chain: hands on by `next`, once at most, perhaps something else than it got; gives what `next` gave, or something else. */
export type Link<Subject, Value> = (
  subject: Subject,
  next: (subject?: Subject) => Promise<Value>,
) => Value | Promise<Value>;

/** Runs a chain, the first one outermost, around `last`. */
export function runChain<Subject, Value>(
  links: readonly Link<Subject, Value>[],
  subject: Subject,
  last: (subject: Subject) => Promise<Value>,
): Promise<Value> {
  const run = async (place: number, given: Subject): Promise<Value> => {
    const link = links[place];
    if (!link) return last(given);
    let isCalled = false;
    return link(given, (changed = given) => {
      if (isCalled) return Promise.reject(new TypeError("a middleware called next() twice; it may be called once"));
      isCalled = true;
      return run(place + 1, changed);
    });
  };
  return run(0, subject);
}
