// Members of a group or header that are produced while they are sent, and not looked at before.

import { InvalidCanvasError } from "../model/errors.ts";
import { isSignatureData, type SignatureData } from "./signature-data.ts";

/** Changes one member; `index` counts from 0. */
export type MemberChange = (member: SignatureData, index: number) => SignatureData;

type Source = Iterable<SignatureData> | AsyncIterable<SignatureData>;

/** Members that come from an iterable, which may be read again. What is done to all of them is done to each as it is produced. */
export class LazyMembers {
  readonly #source: Source;
  readonly #changes: readonly MemberChange[];

  constructor(source: Source, changes: readonly MemberChange[] = []) {
    this.#source = source;
    this.#changes = changes;
  }

  /** They can only be awaited, so the canvas that holds them can neither be stored nor be part of another. */
  get isAsync(): boolean {
    return Symbol.asyncIterator in this.#source;
  }

  /** The same members, each changed when it is produced. */
  map(change: MemberChange): LazyMembers {
    return new LazyMembers(this.#source, [...this.#changes, change]);
  }

  /**
   * Produces all of them now.
   *
   * @throws {InvalidCanvasError} they are asynchronous.
   */
  list(): readonly SignatureData[] {
    if (Symbol.asyncIterator in this.#source) {
      throw new InvalidCanvasError(
        "a group made from an async iterable can only be sent as it is: to store it, to freeze it or to make it part of another canvas, collect its members in an array",
      );
    }
    return Array.from(this.#source, (member, index) => this.#changed(member, index));
  }

  /** Produces one after the other, as the reader asks for them. */
  async *[Symbol.asyncIterator](): AsyncGenerator<SignatureData, void, undefined> {
    let index = 0;
    for await (const member of this.#source) yield this.#changed(member, index++);
  }

  #changed(member: SignatureData, index: number): SignatureData {
    return this.#changes.reduce((changed, change) => change(changed, index), member);
  }
}

/**
 * The signature with lists in place of all lazy members. A group that was lazy is marked `computed`, for it is never unrolled.
 *
 * @throws {InvalidCanvasError} some are asynchronous.
 */
export function materialise(data: SignatureData): SignatureData {
  const { link, linkError } = data.options;
  const links = {
    ...(link && { link: link.map(materialise) }),
    ...(linkError && { linkError: linkError.map(materialise) }),
  };
  return { ...data, kwargs: partsOf(data), options: { ...data.options, ...links } };
}

function partsOf({ subtaskType, kwargs }: SignatureData): Readonly<Record<string, unknown>> {
  if (subtaskType === "chord") {
    const { header, body } = kwargs;
    return {
      header: isSignatureData(header) ? materialise(header) : listed(header),
      ...(isSignatureData(body) && { body: materialise(body) }),
    };
  }
  if (subtaskType !== "chain" && subtaskType !== "group") return kwargs;
  const { tasks } = kwargs;
  return { ...kwargs, tasks: listed(tasks), ...(tasks instanceof LazyMembers && { computed: true }) };
}

function listed(members: unknown): readonly SignatureData[] {
  const list: unknown = members instanceof LazyMembers ? members.list() : members;
  if (Array.isArray(list) && list.every(isSignatureData)) return list.map(materialise);
  throw new InvalidCanvasError("a part of a canvas is no list of signatures; give data that toJSON() made");
}
