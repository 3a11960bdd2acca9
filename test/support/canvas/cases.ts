// How the regular cases of the table are written: a canvas that is sent, and the value that comes back.

import type { Duration } from "@troupe/core";
import type { CanvasTasks } from "./canvas-fixtures.ts";

/** Any handle. */
export interface Handle {
  readonly id: string;
  get(options?: { readonly timeout?: Duration }): Promise<unknown>;
}

/** Number in the table, what it shows, the canvas, its value. */
export type ValueCase = readonly [
  id: string,
  shows: string,
  send: (tasks: CanvasTasks) => Promise<Handle>,
  value: unknown,
];

const GET_TIMEOUT = "20s";

/** The value of what is sent. */
export async function valueOf(sent: Handle | Promise<Handle>): Promise<unknown> {
  return (await sent).get({ timeout: GET_TIMEOUT });
}

/** The error with which waiting for it ends. */
export async function errorOf(sent: Handle | Promise<Handle>): Promise<unknown> {
  const outcome = await valueOf(sent).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("value" in outcome) throw new Error(`it did not fail; its value is ${JSON.stringify(outcome.value)}`);
  return outcome.error;
}

/** 0, 1, … n - 1. */
export function range(n: number, start = 0): number[] {
  return Array.from({ length: n }, (_, i) => start + i);
}

/** So many of what `make` makes. */
export function times<T>(n: number, make: (i: number) => T): T[] {
  return range(n).map((i) => make(i));
}

/** In an order that does not depend on when they came. */
export function sorted(values: readonly unknown[]): unknown[] {
  return values.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
