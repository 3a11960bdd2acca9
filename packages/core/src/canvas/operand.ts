// What is passed where a signature is wanted: a signature, or plain data of one. Anything else is refused, with what was meant.

import { shown } from "../model/names.ts";
import { hasSignatureBrand, signatureBrand } from "../model/signature-brand.ts";
import { signatureFromJson } from "./from-json.ts";
import { ownCopy } from "./own-copy.ts";
import type { AppSource } from "./signature-app.ts";
import type { SignatureData } from "./signature-data.ts";

/** A signature's data, and its application, if it has one. */
export interface Operand {
  readonly data: SignatureData;
  readonly app: AppSource;
}

interface SignatureObject extends SignatureData {
  readonly [signatureBrand]: AppSource;
}

/** Whether a value is a signature, of this copy of the package or of another. Plain data of one is not. */
export function isSignatureObject(value: unknown): value is SignatureObject {
  return hasSignatureBrand(value);
}

/**
 * Takes a signature apart.
 *
 * @throws {TypeError} it is no signature; says what to write.
 */
export function operand(value: unknown): Operand {
  if (isSignatureObject(value)) return { data: dataOnly(value), app: value[signatureBrand] };
  if (isTask(value)) throw new TypeError(`${lastPart(value.name)} is a task; write ${lastPart(value.name)}.s()`);
  if (typeof value === "object" && value !== null && "task" in value) {
    return { data: signatureFromJson(value), app: null };
  }
  throw new TypeError(`${shown(value)} is no signature; write one as add.s(2, 2), or signature("proj.add", [2, 2])`);
}

/** The data of a signature without anything else. */
export function dataOnly({ task, args, kwargs, options, subtaskType, immutable }: SignatureData): SignatureData {
  return { task, args, kwargs, options, subtaskType, immutable };
}

interface TaskObject {
  readonly name: string;
}

function isTask(value: unknown): value is TaskObject {
  if ((typeof value !== "function" && typeof value !== "object") || value === null) return false;
  return "s" in value && "name" in value && typeof value.s === "function" && typeof value.name === "string";
}

// As it is likely called in the code: `mul` for "proj.tasks.mul".
function lastPart(name: string): string {
  return name.split(/[.:/]/).at(-1) || name;
}

/** The application of the first that has one. */
export function appOf(operands: readonly Operand[]): AppSource {
  return operands.find(({ app }) => app !== null)?.app ?? null;
}

/** Arguments of one's own, with signatures replaced by their data, so that signatures are compared and printed by what they hold. */
export function plainArguments(args: readonly unknown[]): readonly unknown[] {
  return args.map((arg) => (isSignatureObject(arg) ? dataOnly(arg) : ownCopy(arg)));
}
