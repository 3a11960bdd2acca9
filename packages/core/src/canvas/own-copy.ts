// Copies what users give to signatures, so that nobody changes a signature by changing a list or an object that it was made of.

import { MAX_FLOW_DEPTH, MAX_FLOW_NODES } from "../model/flow.ts";
import { isPlainObject } from "../model/option-rules.ts";

/**
 * A value with its lists, plain objects and dates copied, at any depth. All else is taken as it is: bytes, for they are large, and
 * signatures, which never change. So is what lies too deep or is too much to be sent, or refers to itself: it is refused later.
 */
export function ownCopy(value: unknown): unknown {
  return isObject(value) ? new Copier().copy(value) : value;
}

/** The same of each of an object's fields. */
export function ownFields<T extends object>(fields: T): T {
  return withOwn(fields, ownCopy);
}

// Most values are none that can be changed: copying all at once is by far the quickest.
function withOwn<T extends object>(fields: T, own: (value: unknown) => unknown): T {
  const copied = { ...fields };
  if (!Object.values(copied).some(isObject)) return copied;
  // Defined, so that it stays a field whatever its name.
  for (const [name, value] of Object.entries(copied))
    if (isObject(value)) Object.defineProperty(copied, name, { value: own(value) });
  return copied;
}

class Copier {
  readonly #path: object[] = [];
  #left = MAX_FLOW_NODES;

  copy(value: unknown): unknown {
    if (!isObject(value)) return value;
    const { length } = this.#path;
    if (this.#left < 0 || length === MAX_FLOW_DEPTH || this.#path.includes(value)) return value;
    this.#path.push(value);
    const copied = this.#copyOf(value);
    this.#path.length = length;
    return copied;
  }

  #copyOf(value: object): unknown {
    if (Array.isArray(value)) {
      this.#left -= value.length;
      return this.#left < 0 ? value : value.map((item) => this.copy(item));
    }
    if (value instanceof Date) return new Date(value);
    if (!isPlainObject(value)) return value;
    this.#left -= Object.keys(value).length;
    return this.#left < 0 ? value : withOwn(value, (field) => this.copy(field));
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
