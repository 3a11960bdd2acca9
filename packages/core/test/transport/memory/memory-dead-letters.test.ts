// The in-process dead letters stay within their bounds.

import { expect, it } from "vitest";
import type { DeadLetter } from "../../../src/transport/dead-letters.ts";
import { connectedMemory } from "./connected-memory.ts";

const letterOf = (detail: string, size: number): DeadLetter => ({
  queue: "q",
  reason: "rejected",
  detail,
  contentType: null,
  body: new Uint8Array(size),
});

const ALL = { queue: "q", reason: null, before: null };

it("keeps the newest ten thousand", async () => {
  const { transport } = await connectedMemory();
  for (let count = 0; count < 10_010; count += 1) await transport.deadLetters.put(letterOf(`${count}`, 0), null);
  const { letters } = await transport.deadLetters.list({ ...ALL, limit: 100_000 });
  expect(letters).toHaveLength(10_000);
  expect(letters[0]?.detail).toBe("10009");
});

it("keeps 64 MiB of bodies, each cut to the largest message", async () => {
  const { transport } = await connectedMemory();
  const letter = letterOf("large", 2 * transport.maxMessageBytes);
  for (let count = 0; count < 70; count += 1) await transport.deadLetters.put(letter, null);
  const { letters } = await transport.deadLetters.list({ ...ALL, limit: 100 });
  expect(letters).toHaveLength(64);
  expect(letters[0]?.body.byteLength).toBe(transport.maxMessageBytes);
});
