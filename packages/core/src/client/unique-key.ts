// What makes two calls of a task the same, as the id of their record.

import { createHash } from "node:crypto";
import { serializerNamed } from "../codec/serializer.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import { isPlainObject } from "../model/option-rules.ts";
import type { UniqueRule } from "../model/unique-options.ts";
import type { Call } from "./compose-message.ts";

const MSGPACK = serializerNamed("msgpack");

/** @throws {InvalidArgumentError} the key's function gives no text. @throws {SerializationError} an argument cannot travel. */
export function uniqueId(name: string, { key }: UniqueRule, { args, kwargs }: Call): string {
  const hash = createHash("sha256").update(`${name}\n`);
  const given = typeof key === "function" ? key(...args) : key;
  if (given == null && typeof key !== "function") {
    MSGPACK.check(args, "args");
    MSGPACK.check(kwargs, "kwargs");
    hash.update(MSGPACK.encode(sorted([args, kwargs])));
  } else if (typeof given === "string") hash.update(`key ${given}`);
  else throw new InvalidArgumentError(`the unique key of task "${name}" gave ${shown(given)}; give a text`);
  return hash.digest("hex").slice(0, 40);
}

// The order in which keys were written makes no difference.
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlainObject(value)) return value;
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, part]) => [name, sorted(part)]);
}
