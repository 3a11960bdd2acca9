// An application that records what its signatures ask of it.

import type { SendOptions, SignatureApp } from "../../src/canvas/signature-app.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { text } from "../../src/canvas/text.ts";

/** One thing that was asked, and with what. */
export interface Asked {
  readonly what: "applyAsync" | "apply" | "call";
  readonly data: SignatureData;
  readonly args: readonly unknown[];
  readonly options?: SendOptions | undefined;
}

/** Handles give the signature's text; ids are id-1, id-2, … */
export class StubSignatureApp implements SignatureApp {
  readonly asked: Asked[] = [];
  errbackOnHeader = false;
  #ids = 0;

  async applyAsync(data: SignatureData, args: readonly unknown[], options?: SendOptions) {
    this.asked.push({ what: "applyAsync", data, args, options });
    return { id: this.newId(), get: async () => text(data) };
  }

  async apply(data: SignatureData, args: readonly unknown[], options?: SendOptions) {
    this.asked.push({ what: "apply", data, args, options });
    return { id: this.newId(), get: async () => text(data) };
  }

  call(data: SignatureData, args: readonly unknown[]): unknown {
    this.asked.push({ what: "call", data, args });
    return "called";
  }

  newId(): string {
    return `id-${++this.#ids}`;
  }

  allowErrbackOnHeader(): boolean {
    return this.errbackOnHeader;
  }

  /** The last thing that was asked. */
  get last(): Asked | undefined {
    return this.asked.at(-1);
  }
}
