// A value as it arrives at the other end, without sending it: a copy, and a check that it can travel.

import type { Serializer } from "./serializer.ts";

/** @throws {SerializationError} the value cannot travel; says where. */
export function travel<T>(value: T, serializer: Serializer, what: string): T {
  serializer.check(value, what);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a value that passes the check comes back in its own shape
  return (serializer.decode(serializer.encode({ value })) as { readonly value: T }).value;
}
