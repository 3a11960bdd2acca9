// Which partial calls compile, what they miss, and what completes them.

import { type AsyncResult, type EagerResult, type GroupResult, type Immutable, kw, type Signature } from "@troupe/core";
import { same } from "./same.ts";
import { add, bound, mul, notify, onError, opt, rest, shout, tsum, user } from "./tasks.ts";

type Debug = { debug?: boolean };

// s binds the last parameters.
export const two = add.s(2);
same<typeof two, Signature<number, [x: number], Debug>>();
export const none = add.s();
same<typeof none, Signature<number, [x: number, y: number], Debug>>();
export const all = add.s(2, 2);
same<typeof all, Signature<number, [], Debug>>();
void add.s(2, kw({ debug: true })).delay(4, kw({ debug: false }));
void add.s(2).delay(4);
void add.s().delay(2, 2, kw({ debug: true }));
void add.s(kw({ debug: true })).delay(2, 2);
export const spoken = add.s(2, kw({ debug: true }));
same<typeof spoken, Signature<number, [x: number], Debug>>();
void user.s().delay({ id: "x" });
void bound.s().delay(1);
// @ts-expect-error -- the bound argument is a number
void add.s("2");
// @ts-expect-error -- the last bound argument is a number
void add.s(1, "2");
// @ts-expect-error -- there is one argument too many
void add.s(1, 1, 1);
// @ts-expect-error -- an argument is missing
void add.s(2).delay();
// @ts-expect-error -- nothing is missing
void add.s(2, 2).delay(3);
// @ts-expect-error -- the missing argument is a number
void add.s(2).delay("4");
// @ts-expect-error -- this task takes no keywords
void mul.s(2, kw({ debug: true }));
// @ts-expect-error -- this task takes no keywords
void mul.s(2).delay(2, kw({ debug: true }));
// @ts-expect-error -- the keyword is called debug
void add.s(2).delay(4, kw({ debgu: true }));
// @ts-expect-error -- the keyword is called debug
void add.s(2, kw({ debgu: true }));
// @ts-expect-error -- the keyword is called debug
void add.s(kw({ debgu: true }));
// @ts-expect-error -- there is no other keyword
void add.s(2, 2, kw({ debug: true, level: 2 }));
// @ts-expect-error -- the keyword is true or false
void add.s(2, kw({ debug: 1 }));
// @ts-expect-error -- the bound argument is a number
void add.s("2", kw({ debug: true }));
// @ts-expect-error -- keywords are marked by kw
void add.s(2, { debug: true });
// @ts-expect-error -- a signature is not callable; `call` runs it here
void add.s(2, 2)();

// A parameter that may be left out may be what is bound, or what is missing.
export const maybe = opt.s(2);
same<typeof maybe, Signature<number, [] | [x: number]>>();
void opt.s(2).delay();
void opt.s(2).delay(3);
void opt.s().delay(3);
void opt.s(1, 2).delay();
// @ts-expect-error -- what may be missing is a number
void opt.s(1).delay("x");
// @ts-expect-error -- it takes two arguments at most
void opt.s(1).delay(2, 3);

// A rest parameter takes as many as come.
void rest.s(1).delay(2, 3);
void rest.s().delay();
// @ts-expect-error -- every argument is a number
void rest.s("x");
// @ts-expect-error -- every argument is a number
void rest.s(1).delay("x");

// si takes all arguments, and nothing that comes in.
export const fixed = add.si(2, 2, kw({ debug: true }));
same<typeof fixed, Signature<number, Immutable>>();
void fixed.delay();
// @ts-expect-error -- an argument is missing
void add.si(2);
// @ts-expect-error -- the keyword is called debug
void add.si(2, 2, kw({ debgu: true }));
// @ts-expect-error -- it takes no more arguments
void add.si(2, 2).delay(3);

// signature is s with options.
export const queued = add.signature([2], { queue: "lopri", expires: "10s", kwargs: { debug: true } });
same<typeof queued, Signature<number, [x: number], Debug>>();
export const bare = add.signature();
same<typeof bare, Signature<number, [x: number, y: number], Debug>>();
export const worded = add.signature([2, kw({ debug: true })]);
same<typeof worded, Signature<number, [x: number], Debug>>();
void mul.signature([], { kwargs: { x: 2 } }); // by name, where the task has named its parameters
// @ts-expect-error -- the bound argument is a number
void add.signature(["2"]);
// @ts-expect-error -- the keyword is called debug
void add.signature([2, kw({ debgu: true })]);
// @ts-expect-error -- the keyword is called debug
void add.signature([2], { kwargs: { debgu: true } });
// @ts-expect-error -- the keyword is true or false
void add.signature([2], { kwargs: { debug: 1 } });
// @ts-expect-error -- the option is called queue
void add.signature([2], { qeue: "lopri" });
// @ts-expect-error -- the unit is s
void add.signature([2], { expires: "10 sec" });

// What a call gives.
same<ReturnType<typeof two.delay>, Promise<AsyncResult<number>>>();
same<ReturnType<typeof two.applyAsync>, Promise<AsyncResult<number>>>();
same<ReturnType<typeof two.apply>, Promise<EagerResult<number>>>();
same<ReturnType<typeof two.call>, Promise<number>>();
same<ReturnType<typeof two.run>, Promise<number>>();
void two.applyAsync([4], { queue: "lopri", link: [mul.s(2)], linkError: onError.s() });
void two.applyAsync([4, kw({ debug: true })]);
void two.run(4);
void two.call(4);
// @ts-expect-error -- the missing argument is a number
void two.applyAsync(["4"]);
// @ts-expect-error -- the missing argument is a number
void two.run("4");
// @ts-expect-error -- a task is no callback; its signature is
void two.applyAsync([4], { link: mul });

// set keeps the type, but for immutable.
export const set = two.set({ queue: "lopri" });
same<typeof set, Signature<number, [x: number], Debug>>();
export const made = two.set({ immutable: true, queue: "lopri" });
same<typeof made, Signature<number, Immutable>>();
void two.set({ immutable: false }).delay(4);
// @ts-expect-error -- the option is called queue
void two.set({ qeue: "lopri" });

// clone prepends arguments, so that fewer are missing.
export const cloned = add.s(2).clone({ args: [4], kwargs: { debug: true }, queue: "lopri" });
same<typeof cloned, Signature<number, [], Debug>>();
void cloned.delay();
export const copy = two.clone();
same<typeof copy, Signature<number, [x: number], Debug>>();
export const copied = two.clone({ queue: "lopri" });
same<typeof copied, Signature<number, [x: number], Debug>>();
// @ts-expect-error -- the missing argument is a number
void add.s(2).clone({ args: ["4"] });
// @ts-expect-error -- the keyword is called debug
void add.s(2).clone({ kwargs: { debgu: true } });
// @ts-expect-error -- the keyword is true or false
void add.s(2).clone({ args: [4], kwargs: { debug: 1 } });
// @ts-expect-error -- one argument is missing
void add.s(2).clone({ args: [4, 4] });

// freeze, stamp and the rest.
export const frozen = two.freeze("id");
same<typeof frozen.id, string>();
void frozen.delay(4);
same<typeof two.id, string | undefined>();
void two.stamp({ tenant: "a" }).delay(4);
export const equal: boolean = two.equals(mul.s(2));
export const json: string = JSON.stringify(two.toJSON());
// @ts-expect-error -- signatures do not change
two.immutable = true;

// map, starmap and chunks.
export const mapped = tsum.map([[1], [2]]);
same<typeof mapped, Signature<number[], Immutable>>();
same<ReturnType<typeof mapped.run>, Promise<number[]>>();
void tsum.map(new Set([[1], [2]]));
void opt.map([1, 2]);
void rest.map([1, 2]);
// @ts-expect-error -- this task takes two arguments
void mul.map([1, 2]);
// @ts-expect-error -- each item is a list of numbers
void tsum.map([1, 2]);
export const starmapped = mul.starmap([[1, 1]]);
same<typeof starmapped, Signature<number[], Immutable>>();
void opt.starmap([[1], [1, 2]]);
// @ts-expect-error -- the second argument is a number
void mul.starmap([[1, "2"]]);
// @ts-expect-error -- an argument is missing
void mul.starmap([[1]]);
export const chunked = mul.chunks([[1, 1]], 10);
same<ReturnType<typeof chunked.delay>, Promise<GroupResult<number[][]>>>();
void chunked.group().skew({ start: "1s", stop: "10s" }).delay();
// @ts-expect-error -- how many to a chunk is missing
void mul.chunks([[1, 1]]);
// @ts-expect-error -- it has all its arguments
void chunked.delay(1);

// Callbacks and error callbacks.
void add.s(1, 1).link(mul.s(3)).link(notify.si("x")).linkError(notify.s()).linkError(onError.s());
void add.s(1, 1).link(mul.s(3)).delay();
void add.s(1, 1).linkError(notify.si("x"));
// @ts-expect-error -- a number is no text
void add.s(1, 1).link(shout.s());
// @ts-expect-error -- it has all its arguments
void add.s(1, 1).link(mul.s(1, 2));
// @ts-expect-error -- an error callback gets an id, a text
void add.s(1, 1).linkError(mul.s(1));
// @ts-expect-error -- two arguments are missing
void add.s(1, 1).linkError(mul.s());
// @ts-expect-error -- a call that gets an error follows no value
void add.s(1, 1).link(onError.s());
// @ts-expect-error -- a task is no callback; its signature is
void add.s(1, 1).link(notify);

// A signature of a number is one of a number or a text, not the reverse.
declare const wider: Signature<number | string>;
declare function takesEither(either: Signature<number | string, [], Debug>): void;
takesEither(all);
// @ts-expect-error -- what gives a number or a text does not give a number
export const narrowed: Signature<number> = wider;
// @ts-expect-error -- what misses an argument is not complete
takesEither(two);
