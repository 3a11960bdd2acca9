// Tasks of another package, known by the types of its module alone: nothing of it is loaded.

import type { Task, TaskLike } from "./task.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- parameters are invariant: no other type is above them all
type ExportedTask<N extends string> = Task<any, unknown, N>;

/** Names of the tasks that a module exports. */
export type TaskNames<T> = T[keyof T] extends infer V ? (V extends ExportedTask<infer N> ? N : never) : never;

type TaskNamed<T, N extends string> = T[keyof T] extends infer V ? (V extends ExportedTask<N> ? V : never) : never;

/** The exported task of that name, without its code. */
export type RemoteTask<T, N extends string> =
  TaskNamed<T, N> extends Task<infer A, infer R, string> ? TaskLike<A, R> : never;

/** Finds tasks of a module by name. */
export type Remote<T> = <const N extends TaskNames<T>>(name: N) => RemoteTask<T, N>;
