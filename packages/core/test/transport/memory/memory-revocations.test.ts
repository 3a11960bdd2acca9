import { expect, it } from "vitest";
import { QueueFullError } from "../../../src/model/errors.ts";
import { connectedMemory, settings } from "./connected-memory.ts";

const task = (id: string) => ({ kind: "task", id }) as const;
const BODY = new Uint8Array([1]);

it("refuses more than it may hold, until some have ended", async () => {
  const { transport, clock } = await connectedMemory({ maxMessages: 2 });
  const { revocations } = transport;
  await revocations.put(task("a"), BODY);
  clock.advance(settings.revokeExpiresMs / 2);
  await revocations.put(task("b"), BODY);
  await revocations.put(task("b"), BODY);
  await expect(revocations.put(task("c"), BODY)).rejects.toBeInstanceOf(QueueFullError);
  clock.advance(settings.revokeExpiresMs / 2);
  await revocations.put(task("c"), BODY);
  expect(await revocations.count()).toBe(2);
});

it("refuses what is too large", async () => {
  const { transport } = await connectedMemory({ maxMessageBytes: 8 });
  await expect(transport.revocations.put(task("a"), new Uint8Array(9))).rejects.toMatchObject({
    code: "TROUPE_PAYLOAD_TOO_LARGE",
  });
});
