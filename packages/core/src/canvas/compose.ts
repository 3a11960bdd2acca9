// Signatures from what users pass: arguments with keywords among them; signatures, plain data of them, lists, generators. The
// application of a canvas is that of the first part that has one.

import { InvalidArgumentError } from "../model/errors.ts";
import { NO_KEYWORDS, splitArguments } from "../model/kw.ts";
import { shown } from "../model/names.ts";
import { chainOf } from "./chain.ts";
import { chordOf } from "./chord.ts";
import { sized } from "./compile-limits.ts";
import type { Members } from "./containers.ts";
import { groupOf } from "./group.ts";
import { LazyMembers } from "./lazy-members.ts";
import { appOf, isSignatureObject, operand, plainArguments } from "./operand.ts";
import { ownFields } from "./own-copy.ts";
import { AwaitedMembers, ProducedMembers } from "./produced-members.ts";
import { type GivenOptions, UntypedSignature } from "./signature.ts";
import type { AppSource } from "./signature-app.ts";
import { taskSignature } from "./task-signature.ts";

interface Parts<M> {
  readonly members: M;
  readonly app: AppSource;
}

/**
 * The call of a task by its name.
 *
 * @throws {InvalidArgumentError} the name is not allowed, or `bound` is no list.
 */
export function composeCall(
  name: string,
  bound: readonly unknown[],
  { kwargs: more, ...options }: GivenOptions,
  app: AppSource,
): UntypedSignature {
  if (!Array.isArray(bound))
    throw new InvalidArgumentError(
      `the arguments of a signature of "${name}" are ${shown(bound)}; give a list: [2, 2]`,
    );
  const { args, kwargs } = splitArguments(bound);
  const named = kwargs === NO_KEYWORDS && !more ? kwargs : ownFields({ ...kwargs, ...more });
  return new UntypedSignature(taskSignature(name, plainArguments(args), named), app).set(options);
}

/** A chain of some steps, or of those of one iterable. */
export function composeChain(steps: readonly unknown[]): UntypedSignature {
  const [only] = steps;
  const { members, app } = written(steps.length === 1 && isIterable(only) ? [...only] : steps);
  return new UntypedSignature(sized(chainOf(members)), app);
}

/** A group of some members, or of those of one iterable, which is not looked at before it is sent. */
export function composeGroup(members: readonly unknown[]): UntypedSignature {
  const [only] = members;
  const parts = members.length === 1 ? partsOf(only) : written(members);
  return new UntypedSignature(sized(groupOf(parts.members)), parts.app);
}

/** A chord; a header that is no signature is the members of one. */
export function composeChord(header: unknown, body: unknown): UntypedSignature {
  const { members, app } = partsOf(header);
  const follows = body === undefined || body === null ? null : operand(body);
  return new UntypedSignature(sized(chordOf(groupOf(members), follows?.data ?? null)), app ?? follows?.app ?? null);
}

function partsOf(given: unknown): Parts<Members> {
  if (Array.isArray(given)) return written(given);
  if (isSignatureObject(given)) return written([given]);
  if (isIterable(given)) return produced(new ProducedMembers(given));
  return isAsyncIterable(given) ? awaited(new AwaitedMembers(given)) : written([given]);
}

function written(given: readonly unknown[]): Parts<Exclude<Members, LazyMembers>> {
  const operands = given.map(operand);
  return { members: operands.map(({ data }) => data), app: appOf(operands) };
}

function produced(members: ProducedMembers): Parts<Members> {
  return { members: new LazyMembers(members), app: members.first?.app ?? null };
}

function awaited(members: AwaitedMembers): Parts<Members> {
  const app = async () => {
    const source = (await members.first())?.app ?? null;
    return typeof source === "function" ? source() : source;
  };
  return { members: new LazyMembers(members), app };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
