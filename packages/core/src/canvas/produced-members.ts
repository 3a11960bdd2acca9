// Members of a group that an iterable produces: pulled one by one when they are sent, and kept, so that the group can be sent again.
// Who stops before the last closes the iterable, as a loop does, so that a generator's `finally` runs.

import { InvalidCanvasError } from "../model/errors.ts";
import { type Operand, operand } from "./operand.ts";
import type { SignatureData } from "./signature-data.ts";

/** Members from an iterable. */
export class ProducedMembers implements Iterable<SignatureData> {
  readonly #source: Iterator<unknown>;
  readonly #pulled: IteratorResult<unknown>[] = [];
  #isClosed = false;

  constructor(source: Iterable<unknown>) {
    this.#source = source[Symbol.iterator]();
  }

  /** Pulls the first one only. Null: there are none. */
  get first(): Operand | null {
    try {
      return this.#at(0);
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  *[Symbol.iterator](): Generator<SignatureData, void, undefined> {
    try {
      for (let index = 0; ; index++) {
        const member = this.#at(index);
        if (!member) return;
        yield member.data;
      }
    } finally {
      this.#close();
    }
  }

  #at(index: number): Operand | null {
    if (this.#isClosed) throw closed();
    const next = (this.#pulled[index] ??= this.#source.next());
    return next.done ? null : operand(next.value);
  }

  // What cannot be closed, as a set, goes on where it was.
  #close(): void {
    if (this.#isClosed || !this.#source.return || this.#pulled.at(-1)?.done) return;
    this.#isClosed = true;
    this.#source.return();
  }
}

/** Members from an async iterable. */
export class AwaitedMembers implements AsyncIterable<SignatureData> {
  readonly #source: AsyncIterator<unknown>;
  // As promises, so that two readers at a time get the same members.
  readonly #pulled: Promise<IteratorResult<unknown>>[] = [];
  #isDone = false;
  #isClosed = false;

  constructor(source: AsyncIterable<unknown>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Pulls the first one only. Null: there are none. */
  async first(): Promise<Operand | null> {
    try {
      return await this.#at(0);
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SignatureData, void, undefined> {
    try {
      for (let index = 0; ; index++) {
        const member = await this.#at(index);
        if (!member) return;
        yield member.data;
      }
    } finally {
      await this.#close();
    }
  }

  async #at(index: number): Promise<Operand | null> {
    if (this.#isClosed) throw closed();
    const next = await (this.#pulled[index] ??= this.#source.next());
    if (!next.done) return operand(next.value);
    this.#isDone = true;
    return null;
  }

  async #close(): Promise<void> {
    if (this.#isClosed || !this.#source.return || this.#isDone) return;
    this.#isClosed = true;
    await this.#source.return();
  }
}

function closed(): InvalidCanvasError {
  return new InvalidCanvasError(
    "the generator of a group's members was closed, because sending them stopped before the last; make the group anew, from a new generator",
  );
}
