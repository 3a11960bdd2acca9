// What a worker and its children say to each other. A child is of the same version as its worker, so nothing here outlives a
// release. Values of tasks travel as bytes of the serializer, so that they arrive as they would from the broker.

import type { Failure } from "../../model/failure.ts";
import type { NodeRef } from "../../model/result-ref.ts";
import type { LogLevel } from "../../platform/logger.ts";
import type { DeliveryInfo } from "../task-context.ts";
import type { WireOutcome } from "./child-outcome.ts";

/** What a child has to know before it can run tasks. */
export interface ChildSetup {
  /** Name of the application. */
  readonly app: string;
  /** Modules to import, the application's among them. */
  readonly modules: readonly string[];
  /** Where relative names among them start. */
  readonly base: string;
  /** Module to import before them, which teaches Node to read them: TypeScript. */
  readonly loader: string | null;
  /** The application's settings, as far as they are plain data. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** How many shards durable actors are shared out over. */
  readonly shards: number;
  readonly hostname: string;
  /** Levels at which the worker's log is written. */
  readonly levels: readonly LogLevel[];
  /** Whether its memory is measured after each task. */
  readonly measuresMemory: boolean;
}

/** What of it the application says. */
type ChildSource = Pick<ChildSetup, "app" | "modules" | "base" | "loader" | "settings">;

/** What the application says of its children. */
export interface ChildOrigin {
  /** Module of Troupe that they run. */
  readonly entry: URL;
  readonly source: ChildSource;
}

/** A task to run. `run` is told with all that concerns it. */
export interface RunOrder {
  readonly troupe: "run";
  readonly run: number;
  readonly message: Uint8Array;
  readonly deliveryInfo: DeliveryInfo;
}

/** From a worker to a child. */
export type ToChild =
  | { readonly troupe: "setup"; readonly setup: ChildSetup }
  | RunOrder
  | { readonly troupe: "abort"; readonly run: number; readonly reason: Failure }
  /** What a call of a child led to; null: done. */
  | { readonly troupe: "answer"; readonly run: number; readonly call: number; readonly error: Failure | null }
  /** No further task comes. */
  | { readonly troupe: "stop" };

/** What a handler asks of its worker. */
export interface ChildCall {
  readonly troupe: "call";
  readonly run: number;
  readonly call: number;
  readonly method: "updateState" | "addToChord" | "sendEvent";
  /** Plain data. */
  readonly args: readonly unknown[];
}

/** A line for the worker's log. */
interface ChildLine {
  readonly troupe: "log";
  readonly level: LogLevel;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A task has ended in a child. */
export interface RunEnd {
  readonly troupe: "ended";
  readonly run: number;
  readonly outcome: WireOutcome;
  /** What its handler called. */
  readonly children: readonly NodeRef[];
  /** Memory of the child, in bytes; 0 when it is not measured. */
  readonly memoryBytes: number;
}

/** From a child to its worker. */
export type FromChild =
  | { readonly troupe: "ready" }
  /** It can run no task: its modules cannot be imported, or do not hold the application. */
  | { readonly troupe: "refused"; readonly reason: Failure }
  | RunEnd
  | ChildCall
  | ChildLine
  /** This was thrown and not caught: it is about to end. */
  | { readonly troupe: "uncaught"; readonly error: Failure }
  /** It ends now. Said last, so that all before it is on its way. */
  | { readonly troupe: "bye" };

/** Whether it is one of these messages. The user's code may send some of its own. */
export function isChildMessage(message: unknown): boolean {
  return typeof message === "object" && message !== null && "troupe" in message;
}
