// Members of a group that an iterable produces: pulled one by one when they are sent, and kept, so that the group can be sent again.

import { type Operand, operand } from "./operand.ts";
import type { SignatureData } from "./signature-data.ts";

/** Members from an iterable. */
export class ProducedMembers implements Iterable<SignatureData> {
  readonly #source: Iterator<unknown>;
  readonly #pulled: (Operand | null)[] = [];

  constructor(source: Iterable<unknown>) {
    this.#source = source[Symbol.iterator]();
  }

  /** Pulls the first one only. Null: there are none. */
  get first(): Operand | null {
    return this.#at(0);
  }

  *[Symbol.iterator](): Generator<SignatureData, void, undefined> {
    for (let index = 0; ; index++) {
      const member = this.#at(index);
      if (!member) return;
      yield member.data;
    }
  }

  #at(index: number): Operand | null {
    const known = this.#pulled[index];
    if (known !== undefined) return known;
    const next = this.#source.next();
    const member = next.done ? null : operand(next.value);
    this.#pulled.push(member);
    return member;
  }
}

/** Members from an async iterable. */
export class AwaitedMembers implements AsyncIterable<SignatureData> {
  readonly #source: AsyncIterator<unknown>;
  // As promises, so that two readers at a time get the same members.
  readonly #pulled: Promise<Operand | null>[] = [];

  constructor(source: AsyncIterable<unknown>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Pulls the first one only. Null: there are none. */
  first(): Promise<Operand | null> {
    return this.#at(0);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SignatureData, void, undefined> {
    for (let index = 0; ; index++) {
      const member = await this.#at(index);
      if (!member) return;
      yield member.data;
    }
  }

  #at(index: number): Promise<Operand | null> {
    return (this.#pulled[index] ??= this.#pull());
  }

  async #pull(): Promise<Operand | null> {
    const next = await this.#source.next();
    return next.done ? null : operand(next.value);
  }
}
