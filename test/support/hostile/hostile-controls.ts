// Commands that nobody should send to workers (B34).

import { Entries, pack } from "./msgpack.ts";

const TICKET = "00000000-0000-4000-8000-000000000000";

/** Bodies of the commands. */
export function hostileControls(): Buffer[] {
  const valid = { v: 1, command: "ping", destination: null, ticket: TICKET, expires: Date.now() + 60_000 };
  const commands = [
    7,
    [],
    {},
    null,
    "",
    "__proto__",
    "constructor",
    "toString",
    "unknown",
    "p".repeat(10_000),
    "a b",
    "*",
  ];
  const destinations = [
    7,
    "w",
    {},
    ["(a+)+$"],
    [1, null, {}],
    Array.from({ length: 40_000 }, () => "w"),
    new Entries([["__proto__", 1]]),
  ];
  const tickets = [
    null,
    1,
    "",
    "*",
    ">",
    "a.b",
    "$JS.API.STREAM.DELETE.troupe_TASKS",
    "../x",
    "t".repeat(65),
    new Entries([["then", 1]]),
  ];
  const times = [-1, "tomorrow", Number.NaN, Number.POSITIVE_INFINITY, 0, 2 ** 60, null];
  const bodies = [
    ...commands.map((command) => ({ ...valid, command })),
    ...destinations.map((destination) => ({ ...valid, destination })),
    ...tickets.map((ticket) => ({ ...valid, ticket })),
    ...times.map((expires) => ({ ...valid, expires })),
  ];
  return [...bodies.map(pack), ...bodies.map((body) => Buffer.from(JSON.stringify(body)))];
}
