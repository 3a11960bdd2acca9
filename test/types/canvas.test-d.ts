// Which compositions compile, and what they are. A wrong one is an error on the wrong step.

import {
  type AsyncResult,
  chain,
  chord,
  chunks,
  type Group,
  type GroupResult,
  group,
  type Immutable,
  isSignature,
  kw,
  type Signature,
} from "@troupe/core";
import { same } from "./same.ts";
import { add, app, both, mul, nestedSum, notify, onError, opt, rest, shout, tsum, user } from "./tasks.ts";

type Debug = { debug?: boolean };
const xs: readonly number[] = [1, 2, 3];

// A chain takes what its first step misses and gives what its last one gives.
export const steps = chain(add.s(2), mul.s(3));
same<typeof steps, Signature<number, [x: number], Debug>>();
void steps.delay(4);
void steps.delay(4, kw({ debug: true }));
void chain(add.s(1, 1));
void chain(add.s(2, 2), opt.s(), rest.s(), mul.si(1, 1), shout.si("x"), shout.s());
void chain(notify.s("x"), notify.si("y"));
void chain(chain(add.s(1, 1), mul.s(2)), chain(mul.s(3), mul.s(4))).delay();
// @ts-expect-error -- an argument is missing
void steps.delay();
// @ts-expect-error -- a chain has steps
void chain();
void chain(
  add.s(2, 2),
  mul.s(2),
  // @ts-expect-error -- a number is no text
  shout.s(),
  shout.s(),
);
void chain(
  add.s(2, 2),
  // @ts-expect-error -- it has all its arguments
  mul.s(8, 9),
);
void chain(
  add.s(2, 2),
  // @ts-expect-error -- two arguments are missing, one comes in
  mul.s(),
);
void chain(
  add.s(2, 2),
  // @ts-expect-error -- a task is no step; its signature is
  mul,
);
void chain(
  notify.s("x"),
  // @ts-expect-error -- nothing is no text
  shout.s(),
);
void chain(
  chain(add.s(1, 1), mul.s(2)),
  // @ts-expect-error -- a number is no text
  chain(shout.s(), shout.s()),
);
void chain(
  add.s(2, 2),
  // @ts-expect-error -- a call that gets an error is no step
  onError.s(),
);

// From a list: written out, as above; computed, unchecked.
same<ReturnType<typeof listed.delay>, Promise<AsyncResult<string>>>();
export const listed = chain([add.s(2), shout.si("x")]);
// @ts-expect-error -- a number is no text
void chain([add.s(1), shout.s()]);
void chain(xs.map((x) => add.s(x))).delay(3);
export const mixed = chain([add.s(1), shout.s()].slice());
same<Awaited<ReturnType<typeof mixed.run>>, number | string>();
function* generated(): Generator<Signature<number, [x: number], Debug>> {
  for (const x of xs) yield add.s(x);
}
void chain(generated()).delay(3);

// pipe adds a step.
export const piped = add.s(2, 2).pipe(add.si(1, 1)).pipe(shout.si("x"));
same<typeof piped, Signature<string, [], Debug>>();
void add.s(4).pipe(mul.s(8)).delay(16);
// @ts-expect-error -- a number is no text
void add.s(2, 2).pipe(shout.s());
// @ts-expect-error -- it has all its arguments
void add.s(2, 2).pipe(mul.s(8, 9));
// @ts-expect-error -- a task is no step; its signature is
void add.s(2, 2).pipe(mul);
// @ts-expect-error -- a number is no signature
void add.s(1).pipe(10);

// A group gives the list of its members' values.
export const pair = group(add.s(2, 2), shout.s("a"));
same<typeof pair, Group<[number, string], []>>();
export async function results(): Promise<void> {
  const result = await pair.delay();
  same<typeof result, GroupResult<[number, string]>>();
  same<(typeof result.results)[1], AsyncResult<string>>();
}
export const computed = group(xs.map((i) => add.s(i)));
same<Awaited<ReturnType<typeof computed.delay>>, GroupResult<number[]>>();
void computed.delay(10);
void computed.delay(10, kw({ debug: true }));
void group([add.s(1), add.s(2)]).delay(10);
void group(generated()).delay(10);
declare const awaited: AsyncIterable<Signature<string, Immutable>>;
same<Awaited<ReturnType<ReturnType<typeof fromAwaited>["delay"]>>, GroupResult<string[]>>();
function fromAwaited() {
  return group(awaited);
}
void group(add.s(1), add.si(1, 1)).delay(5);
void group(add.si(1, 1), shout.si("a")).delay();
void group().delay();
void computed.skew({ start: "1s", step: 500 }).delay(10);
void computed.set({ immutable: true }).skew({}).delay();
// @ts-expect-error -- its members take different numbers of arguments
void group(add.s(1), mul.s(2, 2)).delay(1);
// @ts-expect-error -- an argument is missing
void group(add.s(1), mul.s(2)).delay();
// @ts-expect-error -- its members take different arguments
void group(add.s(1), shout.s()).delay(1);
// @ts-expect-error -- a task is no member; its signature is
void group(add.s(1), mul);
// @ts-expect-error -- not every member takes keywords
void group(add.s(1), mul.s(1)).delay(1, kw({ debug: true }));

// Groups in a group are spliced; what ends in a group fills one slot.
export const spliced = group(add.si(1, 1), group(shout.si("a"), group(mul.si(1, 1))));
same<typeof spliced, Group<[number, string, number], Immutable>>();
export const nested = group(add.s(1), chain(add.s(2), group(add.s(3), add.s(4))));
same<Awaited<ReturnType<typeof nested.delay>>, GroupResult<[number, [number, number]]>>();
void nested.delay(5);

// A copy of a group is a group.
same<typeof copied, Group<[number, number], [], Debug>>();
export const copied = group(add.s(2), add.s(3)).clone({ args: [1] });
same<typeof splicedCopy, Group<[number, number, string], Immutable>>();
export const splicedCopy = group(group(add.si(1, 1), add.si(2, 2)).clone(), shout.si("a"));
void chord(copied.clone(), tsum.s());
// @ts-expect-error -- the missing argument is a number
void group(add.s(2)).clone({ args: ["1"] });

// A group, then a step.
same<Awaited<ReturnType<ReturnType<typeof repeated>["delay"]>>, AsyncResult<string>>();
function repeated() {
  return pair.pipe(both.s());
}
void group(add.s(1, 1)).pipe(tsum.s());
void chain(group(add.s(1, 1), mul.s(1, 1)), tsum.s());
void chain(group(add.s(1, 1)), mul.s(2));
// @ts-expect-error -- a number and a text are no list of numbers
void group(add.s(2, 2), shout.s("a")).pipe(tsum.s());
void chain(
  group(add.s(1, 1)),
  // @ts-expect-error -- a written group of one is its member, whose value is a number
  tsum.s(),
);

// A group whose only member ends in a group has that member's list; what follows gets a list of that list.
export const inner = chain(add.s(1, 1), group(mul.s(2), mul.s(3)));
export const only = group(inner);
same<Awaited<ReturnType<typeof only.delay>>, GroupResult<[number, number]>>();
void only.pipe(nestedSum.s()).delay();
void only.pipe(nestedSum.s()).pipe(mul.s(2));
void only.set({ queue: "lopri" }).freeze().pipe(nestedSum.s());
void only.set({ immutable: true }).pipe(nestedSum.s());
void only.link(tsum.s());
void chord(only, nestedSum.s()).delay();
void chord([only], nestedSum.s()).delay();
void chord(only).applyAsync([], { body: nestedSum.s() });
void chain(only, tsum.s()).delay();
void add
  .s(1, 1)
  .pipe(group(chain(mul.s(2), group(mul.s(2), mul.s(3)))))
  .pipe(tsum.s());
same<typeof around, Group<[[number, number], string], [], never>>();
export const around = group(only, shout.s("a"));
same<typeof same2, typeof only>();
export const same2 = group(only);
// @ts-expect-error -- a list of lists of numbers is no list of numbers
void only.pipe(tsum.s());
// @ts-expect-error -- a list of lists of numbers is no list of numbers
void chord(only, tsum.s());
// @ts-expect-error -- a list of lists of numbers is no list of numbers
void chord([only], tsum.s());
// @ts-expect-error -- a list of numbers is no list of lists of numbers
void only.link(nestedSum.s());
// @ts-expect-error -- a list of lists of numbers is no list of numbers
void chord(only).applyAsync([], { body: tsum.s() });
void chain(
  only,
  // @ts-expect-error -- in a chain it is its member, which gives a list of numbers
  nestedSum.s(),
);
// The same where a chord ends in such a group.
export const deep = chord([add.s(1, 1)], group(chain(tsum.s(), group(mul.s(2), mul.s(3)))));
same<Awaited<ReturnType<typeof deep.delay>>, GroupResult<[number, number]>>();
void deep.pipe(nestedSum.s());
void chain(deep, nestedSum.s());
void chain(group(deep), nestedSum.s());
void group(deep).pipe(nestedSum.s());
same<typeof deepAround, Group<[[number, number], string], [], never>>();
export const deepAround = group(deep, shout.s("a"));
// @ts-expect-error -- a list of lists of numbers is no list of numbers
void deep.pipe(tsum.s());
void chain(
  deep,
  // @ts-expect-error -- a list of lists of numbers is no list of numbers
  tsum.s(),
);
void chain(
  group(deep),
  // @ts-expect-error -- a list of lists of numbers is no list of numbers
  tsum.s(),
);
void group(mul.chunks([[1, 1]], 10)).pipe(nestedSum.s()); // chunks are their group
void chain(group(tsum.map([[1], [2]])), tsum.s()); // a list of one task's values is one value
void group(tsum.map([[1], [2]])).pipe(nestedSum.s());

// A step, then a group: its handle is that of the group.
export const fanned = chain(add.s(1, 1), group(mul.s(2), mul.s(3)));
same<Awaited<ReturnType<typeof fanned.delay>>, GroupResult<[number, number]>>();
void chain(add.s(1, 1), group(mul.s(2), mul.s(3)), tsum.s());
void chain(add.s(1, 1), group(mul.s(2), mul.s(3))).pipe(tsum.s());
void add
  .s(1, 1)
  .pipe(group(xs.map((x) => mul.s(x))))
  .pipe(tsum.s());
export const alone = chain(add.s(1, 1), group(mul.s(2)));
same<Awaited<ReturnType<typeof alone.delay>>, AsyncResult<number>>();
void chain(
  add.s(1, 1),
  // @ts-expect-error -- one of the members wants a text
  group(mul.s(2), shout.s()),
);
void chain(add.s(1, 1), mul.chunks([[1, 1]], 10), user.si({ id: "x" }));

// A chord.
export const summed = chord([add.s(1), add.s(2)], tsum.s());
same<typeof summed, Signature<number, [x: number], Debug>>();
void summed.delay(10);
void chord(generated(), tsum.s()).delay(10);
void chord(awaited, shout.si("x")).delay();
void chord(pair, both.s()).delay();
void chord(
  xs.map((x) => add.s(x, x)),
  tsum.s(),
).delay();
void chord(add.s(1, 1), tsum.s()).delay();
void chord(chain(add.s(1, 1), mul.s(2)), tsum.s()).delay();
void chord([tsum.map([[1], [2]]), tsum.map([[4]])], user.si({ id: "x" }));
export const fannedOut = chord([add.s(1, 1)], group(tsum.s(), tsum.s()));
same<Awaited<ReturnType<typeof fannedOut.delay>>, GroupResult<[number, number]>>();
// @ts-expect-error -- a list is no number
void chord(group(add.s(1, 1)), mul.s(2));
// @ts-expect-error -- a text among numbers
void chord([add.s(1, 1), shout.s("a")], tsum.s());
// @ts-expect-error -- a task is no body; its signature is
void chord([add.s(1, 1)], tsum);

// A chord without a body gets one when it is called.
export const open = chord([add.s(1), add.s(2)]);
same<Awaited<ReturnType<typeof withBody>>, AsyncResult<number>>();
function withBody() {
  return open.applyAsync([10], { body: tsum.s(), queue: "lopri" });
}
// @ts-expect-error -- it has no body
void open.applyAsync([10]);
// @ts-expect-error -- it has no body
void open.delay(10);
// @ts-expect-error -- numbers are no text
void open.applyAsync([10], { body: shout.s() });
// @ts-expect-error -- without a body it is no step
void chain(open);

// chunks, as a function.
same<typeof sliced, ReturnType<typeof mul.chunks>>();
export const sliced = chunks(mul, [[1, 1]], 10);
// @ts-expect-error -- the second argument is a number
void chunks(mul, [[1, "1"]], 10);

// By name nothing is known; the caller says what arrives.
void app.signature<number>("proj.add", [2]).delay(3);
void chain(app.signature<number>("proj.add", [2]), mul.s(2), app.signature("proj.any"), add.si(1, 1));
export async function named(): Promise<number> {
  return app.signature<number>("proj.add", [2, 2], { queue: "lopri" }).run();
}
declare const value: unknown;
if (isSignature(value)) void value.toString();
