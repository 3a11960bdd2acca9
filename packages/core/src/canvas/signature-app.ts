// What signatures need of the application that sends them.

import type { SetOptions } from "./link.ts";
import type { SignatureData } from "./signature-data.ts";

/** Handle of a result, as far as signatures use it. */
export interface ResultHandle {
  readonly id: string;
  get(): Promise<unknown>;
}

/** Options of one call of a signature, links as data. */
export interface SendOptions extends SetOptions {
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
}

/** Sends and runs signatures. Arguments are given as by the user: keywords last, marked by `kw`. */
export interface SignatureApp {
  /** Sends. Resolves when the broker has it durably. */
  applyAsync(data: SignatureData, args: readonly unknown[], options?: SendOptions): Promise<ResultHandle>;
  /** Runs all of it in this process. */
  apply(data: SignatureData, args: readonly unknown[], options?: SendOptions): Promise<ResultHandle>;
  /** Runs a task's handler here and now. */
  call(data: SignatureData, args: readonly unknown[]): unknown;
  newId(): string;
  /** The setting `taskAllowErrorCbOnChordHeader`. */
  allowErrbackOnHeader(): boolean;
}

/** A signature's application: none where it has none; awaited where only the first member of an async iterable tells. */
export type AppSource = SignatureApp | (() => Promise<SignatureApp | null>) | null;
