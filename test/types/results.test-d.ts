// What a result gives.

import type { AnyResult, AsyncResult, GroupResult, ResultRecord, ResultSet, TaskState } from "@troupe/core";
import { same } from "./same.ts";

declare const result: AsyncResult<number>;

export async function gets(): Promise<void> {
  same<Awaited<ReturnType<typeof result.ready>>, boolean>();
  same<Awaited<ReturnType<typeof result.result>>, number | Error | null>();
  same<Awaited<ReturnType<typeof result.state>>, TaskState | (string & {})>();
  same<Awaited<ReturnType<typeof result.traceback>>, string | null>();
  same<Awaited<ReturnType<typeof result.info>>, ResultRecord>();
  const value = await result.get();
  same<typeof value, number>();
  const inTime = await result.get({ timeout: "10s", signal: new AbortController().signal, allowInTask: true });
  same<typeof inTime, number>();
  const thrown = await result.get({ propagate: true });
  same<typeof thrown, number>();
  const either = await result.get({ propagate: false, timeout: 500 });
  same<typeof either, number | Error>();
}

declare const wider: AsyncResult<number | string>;
declare function takesAny(any: AsyncResult<number | string>): void;
declare function takesNumbers(numbers: AsyncResult<number>): void;

// A result of numbers is a result of numbers or texts, not the reverse.
takesAny(result);
// @ts-expect-error -- what gives numbers or texts does not give numbers
takesNumbers(wider);

// @ts-expect-error -- a result is not thenable
void result.then((value: number) => value);
// @ts-expect-error -- the unit is s
void result.get({ timeout: "10 sec" });
// @ts-expect-error -- there is no such option
void result.get({ timeOut: "10s" });
// @ts-expect-error -- an id does not change
result.id = "other";

declare const both: GroupResult<[number, string]>;
declare const nested: GroupResult<[number, [number, number]]>;
declare const many: GroupResult<number[]>;
declare const sums: ResultSet<number>;

export async function getsGroups(): Promise<void> {
  same<AsyncResult<unknown>["parent"], AnyResult | null>();
  same<GroupResult<unknown>["parent"], AnyResult | null>();
  const [number, text] = await both.get({ timeout: "10s" });
  same<typeof number, number>();
  same<typeof text, string>();
  const values = await both.join();
  same<typeof values, [number, string]>();
  const either = await both.get({ propagate: false });
  same<typeof either, [number | Error, string | Error]>();
  same<(typeof both.results)[1], AsyncResult<string>>();
  same<(typeof nested.results)[1], AsyncResult<[number, number]> | GroupResult<[number, number]>>();
  same<(typeof many.results)[number], AsyncResult<number>>();
  for await (const [task, value] of both.iterate()) {
    same<typeof task, AsyncResult<unknown>>();
    same<typeof value, unknown>();
  }
  const gathered = await sums.get();
  same<typeof gathered, number[]>();
}

// Each place of a group has its own type.
declare function takesText(group: GroupResult<[string, string]>): void;
// @ts-expect-error -- the first value is a number
takesText(both);
