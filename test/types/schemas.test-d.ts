// Tasks whose arguments are parsed by a schema: callers give what it takes, the handler gets what it makes of it.

import type { AsyncResult, Task, TaskContext } from "@troupe/core";
import { same } from "./same.ts";
import { app } from "./tasks.ts";

/** A schema as zod, valibot and arktype make them. */
interface Schema<Input, Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: Output } | Promise<{ readonly value: Output }>;
    readonly types?: { readonly input: Input; readonly output: Output };
  };
}

declare const withDefault: Schema<[name: string, age?: number], [name: string, age: number]>;
declare const dates: Schema<[iso: string], [date: Date]>;
declare const notAList: Schema<string, string>;

export const greet = app.task("s.greet", { input: withDefault }, (name, age) => {
  same<typeof name, string>();
  same<typeof age, number>();
  return `${name} ${age}`;
});
same<typeof greet, Task<[name: string, age?: number], string, "s.greet">>();
void greet.delay("a");
void greet.delay("a", 5);
// @ts-expect-error -- the schema takes a text
void greet.delay(5);
// @ts-expect-error -- the schema takes at most two values
void greet.delay("a", 5, 6);

export const year = app.task("s.year", { input: dates, queue: "dates" }, async (date) => {
  same<typeof date, Date>();
  return date.getFullYear();
});
same<ReturnType<typeof year.delay>, Promise<AsyncResult<number>>>();
// @ts-expect-error -- callers give what the schema takes, not what it makes
void year.delay(new Date());

// The context is known without an annotation.
export const context = app.task("s.context", { input: dates }, function (date) {
  same<typeof this, TaskContext>();
  return `${this.id} ${date.toISOString()}`;
});

// @ts-expect-error -- the handler wants what the schema does not make
app.task("s.mismatch", { input: dates }, (date: number) => date);

// @ts-expect-error -- a schema of arguments is one of a list
app.task("s.not-a-list", { input: notAList }, () => 1);

// @ts-expect-error -- options are checked here too
app.task("s.unknown", { input: dates, qeue: "x" }, (date) => date);
