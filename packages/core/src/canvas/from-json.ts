// Signatures from plain data that may come from anywhere: everything is checked, nothing is run, and the work is bounded.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { InvalidCanvasError, TroupeError } from "../model/errors.ts";
import { MAX_FLOW_DEPTH, MAX_FLOW_NODES } from "../model/flow.ts";
import { isTaskName, shown } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import { hasSignatureBrand } from "../model/signature-brand.ts";
import { chainOf } from "./chain.ts";
import { chordOf } from "./chord.ts";
import { chainData, chordData, groupData, isEmptyGroup } from "./containers.ts";
import { withOptions } from "./link.ts";
import { withArguments } from "./merge.ts";
import { ownCopy, ownFields } from "./own-copy.ts";
import { givenOptions } from "./place-options.ts";
import type { SignatureData, SignatureKind, SignatureOptions } from "./signature-data.ts";
import { checkSignatureOptions } from "./signature-options.ts";
import { chunksSignature, mapSignature, starmapSignature } from "./task-signature.ts";
import { unrolled } from "./unroll.ts";

/** Most items of lists and members of objects in the arguments of all signatures together. */
const MAX_VALUES = 1_000_000;

/** Longest path in an error; of a longer one both ends are told. */
const MAX_PATH = 120;

type Data = Readonly<Record<string, unknown>>;

const KINDS: readonly SignatureKind[] = ["", "errback", "chain", "group", "chord", "map", "starmap", "chunks"];

const FIELDS: OptionTable = {
  task: { wants: "the name of a task", is: isTaskName },
  args: { wants: "a list", is: Array.isArray },
  kwargs: rule.plainObject,
  options: rule.plainObject,
  subtaskType: rule.oneOf(KINDS),
  immutable: rule.flag,
};

/**
 * A signature from its plain data, as `toJSON()` gives it. Signatures and plain data may be mixed.
 *
 * @throws {InvalidCanvasError} it is no signature, too deep or too large; names the part.
 */
export function signatureFromJson(value: unknown): SignatureData {
  return new Reader().signature(value, "signature", 1);
}

interface Fields extends Omit<SignatureData, "options"> {
  readonly options: Data;
}

class Reader {
  #nodes = 0;
  #values = 0;

  signature(value: unknown, path: string, depth: number): SignatureData {
    if (++this.#nodes > MAX_FLOW_NODES) throw refusal(path, `there are more than ${MAX_FLOW_NODES} signatures`);
    if (depth > MAX_FLOW_DEPTH) throw refusal(path, `signatures are nested deeper than ${MAX_FLOW_DEPTH} levels`);
    const fields = fieldsOf(value, path);
    const { args, kwargs, immutable } = fields;
    this.#checkValue(args, `${path}.args`, 0);
    const options = this.#options(fields.options, `${path}.options`, depth);
    if (fields.subtaskType !== "" && fields.subtaskType !== "errback") {
      const container = withArguments(this.#container(fields, path, depth), args, {});
      return withOptions(container, { ...options, ...(immutable && { immutable }) });
    }
    this.#checkValue(kwargs, `${path}.kwargs`, 0);
    return { ...fields, args: args.map(ownCopy), kwargs: ownFields(kwargs), options };
  }

  #container({ subtaskType, kwargs }: Fields, path: string, depth: number): SignatureData {
    const at = (part: string): string => `${path}.kwargs.${part}`;
    const { tasks, computed, emptyEnd } = kwargs;
    switch (subtaskType) {
      case "chain":
        return chainFrom(this.#list(tasks, at("tasks"), depth), emptyEnd === true);
      case "group":
        return groupData(this.#list(tasks, at("tasks"), depth), { computed: computed === true });
      case "chord":
        return this.#chord(kwargs, path, depth);
      default:
        return this.#mapped(subtaskType, kwargs, { at, depth });
    }
  }

  #chord({ header, body }: Data, path: string, depth: number): SignatureData {
    const last = body === undefined || body === null ? null : this.signature(body, `${path}.kwargs.body`, depth + 1);
    const headerPath = `${path}.kwargs.header`;
    if (!Array.isArray(header)) return chordOf(this.signature(header, headerPath, depth + 1), last);
    return chordData(groupData(this.#list(header, headerPath, depth)), last);
  }

  #mapped(
    kind: SignatureKind,
    { task, it, n }: Data,
    place: { at: (part: string) => string; depth: number },
  ): SignatureData {
    const mapped = this.signature(task, place.at("task"), place.depth + 1);
    if (!Array.isArray(it)) throw refusal(place.at("it"), `it is ${shown(it)}; it takes a list`);
    this.#checkValue(it, place.at("it"), 0);
    if (kind === "map") return mapSignature(mapped, it);
    if (kind === "starmap") return starmapSignature(mapped, it);
    if (typeof n !== "number") throw refusal(place.at("n"), `it is ${shown(n)}; it takes an integer`);
    return within(place.at("n"), () => chunksSignature(mapped, it, n));
  }

  #options(given: Data, path: string, depth: number): SignatureOptions {
    const { link, linkError, ...others } = givenOptions(given);
    const options = ownFields({ ...others, ...datesIn(others) });
    within(path, () => checkSignatureOptions(options, "a signature"));
    return {
      ...options,
      ...(link && { link: this.#links(link, `${path}.link`, depth) }),
      ...(linkError && { linkError: this.#links(linkError, `${path}.linkError`, depth) }),
    };
  }

  // One alone is a list of one.
  #links(links: unknown, path: string, depth: number): readonly SignatureData[] {
    return Array.isArray(links) ? this.#list(links, path, depth) : [this.signature(links, path, depth + 1)];
  }

  #list(list: unknown, path: string, depth: number): readonly SignatureData[] {
    if (!Array.isArray(list)) throw refusal(path, `it is ${shown(list)}; it takes a list of signatures`);
    return list.map((one: unknown, index) => this.signature(one, `${path}[${index}]`, depth + 1));
  }

  // Arguments are any data, but what goes through them later must come to an end.
  #checkValue(value: unknown, path: string, depth: number): void {
    const isList = Array.isArray(value);
    if (!isList && !rule.isPlainObject(value)) return;
    if (depth > MAX_FLOW_DEPTH) throw refusal(path, `values are nested deeper than ${MAX_FLOW_DEPTH} levels`);
    const members: readonly unknown[] = isList ? value : Object.values(value);
    this.#values += members.length;
    if (this.#values > MAX_VALUES) throw refusal(path, `there are more than ${MAX_VALUES} values in all arguments`);
    for (const member of members) this.#checkValue(member, path, depth + 1);
  }
}

function fieldsOf(value: unknown, path: string): Fields {
  if (!rule.isPlainObject(value) && !hasSignatureBrand(value))
    throw refusal(path, `it is ${shown(value)}, no signature`);
  const fields: Data = { ...value };
  within(path, () => checkOptions(fields, FIELDS, { what: "field of a signature", kind: "argument" }));
  const { task, args, kwargs, options, immutable } = fields;
  if (typeof task !== "string") throw refusal(path, "it has no task; give the name of one");
  return {
    task,
    args: Array.isArray(args) ? args : [],
    kwargs: rule.isPlainObject(kwargs) ? kwargs : {},
    options: rule.isPlainObject(options) ? options : {},
    subtaskType: KINDS.find((kind) => kind === fields["subtaskType"]) ?? "",
    immutable: immutable === true,
  };
}

// What chain() and pipe() made stays as it is; steps that were put together by hand get the same form.
function chainFrom(steps: readonly SignatureData[], emptyEnd: boolean): SignatureData {
  const isComposed = steps.every(({ subtaskType }, at) => {
    if (subtaskType === "chain" || subtaskType === "chunks") return false;
    return subtaskType !== "group" || at === steps.length - 1;
  });
  const last = steps.at(-1);
  const endsWell = !last || (unrolled(last) === last && (steps.length === 1 || !isEmptyGroup(last)));
  return isComposed && endsWell ? chainData(steps, { emptyEnd }) : chainOf(steps);
}

// A date that went through JSON is a text.
function datesIn({ expires, eta }: Data): Data {
  return { ...dateIn("expires", expires), ...dateIn("eta", eta) };
}

function dateIn(name: string, value: unknown): Data {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return {};
  return { [name]: new Date(value) };
}

function within<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof TroupeError) throw refusal(path, error.message, { cause: error });
    throw error;
  }
}

function refusal(path: string, why: string, options?: ErrorOptions): InvalidCanvasError {
  const short = path.length > MAX_PATH ? `${path.slice(0, MAX_PATH / 2)}…${path.slice(-MAX_PATH / 2)}` : path;
  return new InvalidCanvasError(`${short} cannot be read: ${why}`, options);
}
