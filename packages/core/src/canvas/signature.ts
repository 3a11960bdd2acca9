// A signature at run time: its data and the application that sends it. One class for all kinds: what each of them takes and gives is
// typed by `client/signature.ts`, what methods do to the data is done by the functions of this folder.

import type { ApplyOptions } from "../model/apply-options.ts";
import { InvalidCanvasError } from "../model/errors.ts";
import { signatureBrand } from "../model/signature-brand.ts";
import { cloned } from "./clone.ts";
import { sized } from "./compile-limits.ts";
import { equals } from "./equals.ts";
import { frozen, idOf } from "./freeze.ts";
import { type Countdowns, chunksAsGroup, skewed } from "./group.ts";
import { meantApp } from "./known-apps.ts";
import { materialise } from "./lazy-members.ts";
import { flattenLinks, type LinkErrorOptions, type SetOptions, withLink, withLinkError, withOptions } from "./link.ts";
import { merged } from "./merge.ts";
import { dataOnly, operand, plainArguments } from "./operand.ts";
import { ownFields } from "./own-copy.ts";
import { pipe } from "./pipe.ts";
import type { AppSource, ResultHandle, SendOptions, SignatureApp } from "./signature-app.ts";
import type { SignatureData, SignatureKind, SignatureOptions } from "./signature-data.ts";
import { checkSignatureOptions } from "./signature-options.ts";
import { type StampOptions, type Stamps, type StampVisitor, stamped } from "./stamp.ts";
import { text } from "./text.ts";

/** What kind of canvas a signature is. */
export type SignatureType = Exclude<SignatureKind, "" | "errback"> | "task";

/** Options of a signature's call as users give them: links are signatures. */
export interface GivenOptions extends ApplyOptions {
  readonly immutable?: boolean | undefined;
  /** Body of a chord for this call. */
  readonly body?: unknown;
}

/** What a copy changes. */
export interface CloneParts extends GivenOptions {
  readonly args?: readonly unknown[] | undefined;
}

/** Signatures are what they hold: own properties are the data, so that one travels as an argument like its plain data. */
export class UntypedSignature implements SignatureData {
  readonly task: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly options: SignatureOptions;
  readonly subtaskType: SignatureKind;
  readonly immutable: boolean;
  readonly #app: AppSource;

  constructor(data: SignatureData, app: AppSource) {
    this.task = data.task;
    this.args = Object.freeze(data.args);
    this.kwargs = Object.freeze(data.kwargs);
    this.options = Object.freeze(data.options);
    this.subtaskType = data.subtaskType;
    this.immutable = data.immutable;
    this.#app = app;
    Object.freeze(this);
  }

  get [signatureBrand](): AppSource {
    return this.#app;
  }

  get type(): SignatureType {
    return this.subtaskType === "" || this.subtaskType === "errback" ? "task" : this.subtaskType;
  }

  get id(): string | undefined {
    return idOf(this.#data) ?? undefined;
  }

  delay(...args: unknown[]): Promise<ResultHandle> {
    return this.applyAsync(args);
  }

  async applyAsync(args: readonly unknown[] = [], options?: GivenOptions): Promise<ResultHandle> {
    const app = await this.#sender();
    return app.applyAsync(withBody(this.#data, options?.body), args, sendOptions(options ?? {}));
  }

  async apply(args: readonly unknown[] = [], options?: GivenOptions): Promise<ResultHandle> {
    const app = await this.#sender();
    return app.apply(withBody(this.#data, options?.body), args, sendOptions(options ?? {}));
  }

  async call(...args: unknown[]): Promise<unknown> {
    if (this.type !== "task") return this.run(...args);
    const app = await this.#sender();
    return app.call(this.#data, args);
  }

  async run(...args: unknown[]): Promise<unknown> {
    const handle = await this.delay(...args);
    return handle.get();
  }

  pipe(next: unknown): UntypedSignature {
    const { data, app } = operand(next);
    return new UntypedSignature(sized(pipe(this.#data, data)), this.#app ?? app);
  }

  link(callback: unknown): UntypedSignature {
    return this.#with(sized(withLink(this.#data, operand(callback).data)));
  }

  linkError(errback: unknown): UntypedSignature {
    return this.#with(sized(withLinkError(this.#data, operand(errback).data, this.#linking)));
  }

  set(options: GivenOptions): UntypedSignature {
    return this.#with(withOptions(this.#data, plainOptions(options), this.#linking));
  }

  clone({ args = [], kwargs = {}, ...given }: CloneParts = {}): UntypedSignature {
    const options = { ...plainOptions(given), ...this.#linking };
    return this.#with(cloned(this.#data, { args: plainArguments(args), kwargs: ownFields(kwargs), options }));
  }

  freeze(taskId?: string): UntypedSignature {
    const app = this.#knownApp ?? meantApp() ?? this.#refuse();
    return this.#with(frozen(this.#data, () => app.newId(), taskId));
  }

  equals(other: unknown): boolean {
    return equals(this.#data, operand(other).data);
  }

  flattenLinks(): UntypedSignature[] {
    return flattenLinks(this.#data).map((data) => this.#with(data));
  }

  stamp(stamps: StampVisitor | Stamps, options?: StampOptions): UntypedSignature {
    return this.#with(stamped(this.#data, stamps, options));
  }

  /** Of a group. */
  skew(countdowns: Countdowns): UntypedSignature {
    return this.#with(skewed(this.#data, countdowns));
  }

  /** Of chunks. */
  group(): UntypedSignature {
    return this.#with(chunksAsGroup(this.#data));
  }

  toJSON(): SignatureData {
    return materialise(this.#data);
  }

  toString(): string {
    return text(this.#data);
  }

  get #data(): SignatureData {
    return dataOnly(this);
  }

  get #knownApp(): SignatureApp | null {
    return typeof this.#app === "function" ? null : this.#app;
  }

  get #linking(): LinkErrorOptions {
    return { onHeader: this.#knownApp?.allowErrbackOnHeader() ?? false };
  }

  #with(data: SignatureData): UntypedSignature {
    return new UntypedSignature(data, this.#app);
  }

  async #sender(): Promise<SignatureApp> {
    const app = typeof this.#app === "function" ? await this.#app() : this.#app;
    return app ?? meantApp() ?? this.#refuse();
  }

  #refuse(): never {
    throw new InvalidCanvasError(
      `${text(this.#data)} belongs to no application that could send it; make it with app.signature(...) or from an application's tasks`,
    );
  }
}

function withBody(data: SignatureData, body: unknown): SignatureData {
  return body === undefined || body === null ? data : merged(data, [], {}, { body: operand(body).data });
}

// Options as an application takes them.
function sendOptions({ kwargs, body: _body, ...options }: GivenOptions): SendOptions {
  return kwargs ? { ...plainOptions(options), kwargs } : plainOptions(options);
}

// Options as the algebra takes them: links are lists of data.
function plainOptions({ immutable, ...options }: GivenOptions): SetOptions {
  checkSignatureOptions({ ...options }, "a signature");
  const { link, linkError, ...others } = options;
  return {
    ...ownFields(others),
    ...(immutable !== undefined && { immutable }),
    ...(link && { link: linksOf(link) }),
    ...(linkError && { linkError: linksOf(linkError) }),
  };
}

function linksOf(links: unknown): readonly SignatureData[] {
  return (Array.isArray(links) ? links : [links]).map((link: unknown) => operand(link).data);
}
