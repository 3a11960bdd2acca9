// Stamps: labels that tasks carry in their messages. A visitor goes through a signature from the outside to the inside and says
// what to write. Only tasks carry stamps; what is said of a chain, group or chord goes to all tasks in it.

import { APPLY_OPTION_TABLE } from "../model/apply-options.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import { NO_KEYWORDS } from "../model/kw.ts";
import {
  bodyOf,
  headerOf,
  mapMembers,
  membersOf,
  stepsOf,
  withBody,
  withHeader,
  withMembers,
  withSteps,
} from "./containers.ts";
import { givenOptions } from "./place-options.ts";
import type { SignatureData, SignatureOptions } from "./signature-data.ts";

/** Labels by name. Where `stampedHeaders` lists names, only those are stamps, and the others are options. */
export type Stamps = Readonly<Record<string, unknown>>;

const OPTION_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(APPLY_OPTION_TABLE),
  "groupId",
  "groupIndex",
  "stampedHeaders",
  "__proto__",
]);

type Hook = (signature: SignatureData, stamps: Stamps) => Stamps | null | undefined | void;

/** Asked for the stamps of each part. `stamps` are those that the part gets from what is around it. */
export interface StampVisitor {
  /** A task, a callback or an error callback too. */
  readonly onSignature: Hook;
  readonly onGroupStart?: Hook;
  readonly onGroupEnd?: Hook;
  readonly onChainStart?: Hook;
  readonly onChainEnd?: Hook;
  /** A chord. @default `onGroupStart` with its header */
  readonly onChordHeaderStart?: Hook;
  /** A chord. @default `onGroupEnd` with its header */
  readonly onChordHeaderEnd?: Hook;
  /** A chord; what it says goes to the body. */
  readonly onChordBody?: Hook;
  /** A callback; what it says goes to it, before `onSignature` is asked. */
  readonly onCallback?: Hook;
  /** An error callback; likewise. */
  readonly onErrback?: Hook;
}

/** How stamps are written. */
export interface StampOptions {
  /** Beside earlier values of the same name, in a list, instead of over them. @default false */
  readonly append?: boolean;
}

/**
 * With stamps. Callbacks get them too, but not those of the task that they hang on. Lazy members get theirs when they are produced.
 *
 * @throws {InvalidArgumentError} a stamp has the name of an option.
 * @see Celery `Signature.stamp`
 */
export function stamped(
  data: SignatureData,
  stamps: StampVisitor | Stamps,
  { append = false }: StampOptions = {},
): SignatureData {
  if (isVisitor(stamps)) return new Stamper(stamps, append).stamp(data, NO_KEYWORDS);
  return new Stamper({ onSignature: () => null }, append).stamp(data, withStamps(NO_KEYWORDS, stamps, append));
}

class Stamper {
  readonly #visitor: StampVisitor;
  readonly #append: boolean;

  constructor(visitor: StampVisitor, append: boolean) {
    this.#visitor = visitor;
    this.#append = append;
  }

  /** @param around - What it gets from what is around it, its names in `stampedHeaders`. */
  stamp(data: SignatureData, around: Stamps): SignatureData {
    switch (data.subtaskType) {
      case "chain":
        return this.#chain(data, around);
      case "group":
        return this.#group(data, around);
      case "chord":
        return this.#chord(data, around);
      default: {
        const linked = this.#links(data, around);
        const own = this.#ask("onSignature", data, around);
        return { ...linked, options: withStamps(linked.options, own, this.#append) };
      }
    }
  }

  #chain(chain: SignatureData, around: Stamps): SignatureData {
    const inside = this.#ask("onChainStart", chain, around);
    const linked = this.#links(chain, inside);
    const steps = stepsOf(linked).map((step) => this.stamp(step, inside));
    this.#ask("onChainEnd", chain, inside);
    return withSteps(linked, steps);
  }

  #group(group: SignatureData, around: Stamps): SignatureData {
    const inside = this.#ask("onGroupStart", group, around);
    const done = this.#members(group, inside);
    this.#ask("onGroupEnd", group, inside);
    return done;
  }

  #chord(chord: SignatureData, around: Stamps): SignatureData {
    const header = headerOf(chord);
    const { onChordHeaderStart, onChordHeaderEnd } = this.#visitor;
    const inside = onChordHeaderStart
      ? this.#ask("onChordHeaderStart", chord, around)
      : this.#ask("onGroupStart", header, around);
    const linked = this.#links(chord, inside);
    const started = withHeader(linked, this.#members(header, inside));
    if (onChordHeaderEnd) this.#ask("onChordHeaderEnd", chord, inside);
    else this.#ask("onGroupEnd", header, inside);
    const body = bodyOf(chord);
    return body ? withBody(started, this.stamp(body, this.#ask("onChordBody", chord, inside))) : started;
  }

  #members(group: SignatureData, inside: Stamps): SignatureData {
    const linked = this.#links(group, inside);
    return withMembers(
      linked,
      mapMembers(membersOf(linked), (member) => this.stamp(member, inside)),
    );
  }

  #links(data: SignatureData, around: Stamps): SignatureData {
    const { link, linkError } = data.options;
    if (!link && !linkError) return data;
    const stampedBy = (hook: "onCallback" | "onErrback") => (linked: SignatureData) =>
      this.stamp(linked, this.#ask(hook, linked, around));
    const options = {
      ...data.options,
      ...(link && { link: link.map(stampedBy("onCallback")) }),
      ...(linkError && { linkError: linkError.map(stampedBy("onErrback")) }),
    };
    return { ...data, options };
  }

  #ask(hook: keyof StampVisitor, signature: SignatureData, around: Stamps): Stamps {
    return withStamps(around, this.#visitor[hook]?.(signature, around) ?? NO_KEYWORDS, this.#append);
  }
}

// Options, or stamps on their way, with what was said later.
function withStamps(own: SignatureOptions, said: Stamps, append: boolean): SignatureOptions {
  const { stampedHeaders, ...pairs } = givenOptions(said);
  const names = Object.keys(pairs).filter((name) => stampedHeaders?.includes(name) ?? true);
  const clashing = names.find((name) => OPTION_NAMES.has(name));
  if (clashing !== undefined) {
    throw new InvalidArgumentError(
      `a stamp cannot be called "${clashing}", which is an option; choose another name, or list the names of stamps in stampedHeaders`,
    );
  }
  if (names.length === 0) return { ...own, ...pairs };
  const earlier = own.stampedHeaders ?? [];
  const collected = Object.entries(pairs).map(([name, value]): [string, unknown] =>
    append && names.includes(name) && earlier.includes(name) ? [name, [own[name], value].flat()] : [name, value],
  );
  return { ...own, ...Object.fromEntries(collected), stampedHeaders: [...new Set([...earlier, ...names])] };
}

function isVisitor(given: StampVisitor | Stamps): given is StampVisitor {
  return typeof given["onSignature"] === "function";
}
