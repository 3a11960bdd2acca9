// Which calls of a task compile, and what they give.

import { type AsyncResult, type EagerResult, kw } from "@troupe/core";
import { same } from "./same.ts";
import { add, app, both, bound, mul, type notify, opt, rest, type shout, tsum, user } from "./tasks.ts";

// delay
same<ReturnType<typeof add.delay>, Promise<AsyncResult<number>>>();
same<ReturnType<typeof shout.delay>, Promise<AsyncResult<string>>>();
same<ReturnType<typeof notify.delay>, Promise<AsyncResult<null>>>();
void add.delay(2, 2);
void add.delay(2, 2, kw({ debug: true }));
void add.delay(2, 2, kw({}));
void opt.delay(1);
void opt.delay(1, 2);
void rest.delay();
void rest.delay(1, 2, 3);
void tsum.delay([1, 2]);
void both.delay([1, "a"]);
void user.delay({ id: "x" });
void bound.delay(1);

// @ts-expect-error -- the second argument is a number
void add.delay(2, "2");
// @ts-expect-error -- an argument is missing
void mul.delay(2);
// @ts-expect-error -- all arguments are missing
void mul.delay();
// @ts-expect-error -- there is one argument too many
void mul.delay(2, 2, 2);
// @ts-expect-error -- this task takes no keywords
void mul.delay(2, 2, kw({ debug: true }));
// @ts-expect-error -- keywords do not stand in for an argument
void add.delay(2, kw({ debug: true }));
// @ts-expect-error -- the task has no keyword x
void add.delay(2, 2, kw({ debug: true, x: 1 }));
// @ts-expect-error -- the keyword is called debug
void add.delay(2, 2, kw({ debgu: true }));
// @ts-expect-error -- the keyword takes a flag
void add.delay(2, 2, kw({ debug: 1 }));
// @ts-expect-error -- keywords are marked by kw
void add.delay(2, 2, { debug: true });
// @ts-expect-error -- keywords come last
void add.delay(kw({ debug: true }), 2, 2);
// @ts-expect-error -- the optional argument is a number
void opt.delay(1, "x");
// @ts-expect-error -- every argument is a number
void rest.delay(1, "x");
// @ts-expect-error -- an argument of this type has an id
void user.delay({});
// @ts-expect-error -- the tuple is a number and a text
void both.delay(["a", 1]);
// @ts-expect-error -- a list is not its items
void tsum.delay(1, 2);

// A result is not the value.
export async function values(): Promise<void> {
  // @ts-expect-error -- `delay` gives a result, `get` the value
  const wrong: number = await add.delay(2, 2);
  const right: number = await (await add.delay(2, 2)).get();
  void [wrong, right];
}

// applyAsync
same<ReturnType<typeof add.applyAsync>, Promise<AsyncResult<number>>>();
void add.applyAsync([2, 2]);
void add.applyAsync([2, 2, kw({ debug: true })], { queue: "lopri" });
void add.applyAsync([2, 2], { kwargs: { debug: true }, expires: "10s" });
void rest.applyAsync();
void rest.applyAsync([1, 2, 3]);
void opt.applyAsync([1] as const);
// @ts-expect-error -- the second argument is a number
void add.applyAsync([2, "2"]);
// @ts-expect-error -- an argument is missing
void mul.applyAsync([2]);
// @ts-expect-error -- arguments are given as a list
void mul.applyAsync(2, 2);
// @ts-expect-error -- the task has no keyword x
void add.applyAsync([2, 2, kw({ x: 1 })]);

// apply
same<ReturnType<typeof add.apply>, Promise<EagerResult<number>>>();
void add.apply([2, 2], { shadow: "shown" });
// @ts-expect-error -- the second argument is a number
void add.apply([2, "2"]);

// A direct call gives the value, or a promise of it.
same<ReturnType<typeof add>, number | Promise<number>>();
void add(2, 2, kw({ debug: true }));
// @ts-expect-error -- the second argument is a number
void add(2, "2");
// @ts-expect-error -- keywords are marked by kw
void add(2, 2, { debug: true });

// By name nothing is known; the caller says what arrives.
same<Awaited<ReturnType<typeof app.sendTask>>, AsyncResult<unknown>>();
export const sent: Promise<AsyncResult<number>> = app.sendTask<number>("proj.add", [2, 2]);
same<ReturnType<typeof app.result<string>>, AsyncResult<string>>();
// @ts-expect-error -- arguments are given as a list
void app.sendTask("proj.add", 2, 2);

// A task's name is known, and cannot be changed.
same<typeof add.name, "proj.add">();
// @ts-expect-error -- the name is read-only
add.name = "proj.other";
