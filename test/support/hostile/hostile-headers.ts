// Headers that nobody should send with a task (B8, B28). `headers` of nats.js refuses line breaks, so these are what gets through.

import { headers, type MsgHdrs } from "@nats-io/transport-node";

/** Sets of headers. */
export function hostileHeaders(): MsgHdrs[] {
  const of = (...lines: readonly (readonly [string, string])[]): MsgHdrs => {
    const set = headers();
    for (const [name, value] of lines) set.append(name, value);
    return set;
  };
  return [
    ...[
      "",
      "x",
      "application/x-python-serialize",
      "application/json",
      "text/plain; charset=💥",
      "x".repeat(10_240),
    ].map((type) => of(["Content-Type", type])),
    of(["Content-Type", "application/msgpack"], ["Content-Type", "application/x-python-serialize"]),
    of(["content-type", "application/x-python-serialize"]),
    of(...Array.from({ length: 1_000 }, (_, i) => [`H-${i}`, "v"] as const)),
    of(["Big", "v".repeat(60_000)]),
    of(["Nats-Rollup", "all"]),
    of(["Nats-Rollup", "sub"]),
    of(["Nats-Expected-Last-Subject-Sequence", "-1"]),
    of(["Nats-TTL", "1s"]),
    of(["Troupe-Repeat", "__proto__"]),
    of(["Status", "503"]),
  ];
}
