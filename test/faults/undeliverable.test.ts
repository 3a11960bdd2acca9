// Tasks that wait for their time while the broker's limits are lowered: too large for their queues when they are due.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chain, Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { expect, it } from "vitest";
import { NatsServer } from "../support/nats-server.ts";

const limited = (bytes: number): string => `max_payload: ${bytes}\nmax_pending: 67108864\n`;

it("fail, tell their callers and what waits for them, and are kept for people", async () => {
  await using server = await NatsServer.start({ config: limited(1_048_576) });
  await using app = new Troupe("test", { broker: server.url, logLevel: "silent" });
  await using service = new Troupe("test", { broker: server.url, logLevel: "silent" });
  const length = app.task("undeliverable.length", (text: string) => text.length);
  const double = app.task("undeliverable.double", (count: number) => count * 2);
  const steps = await chain(length.s("x".repeat(100_000)).set({ countdown: "5s" }), double.s()).delay();
  await writeFile(join(server.folder, "nats.conf"), limited(65_536));
  await server.restart();
  await using worker = service.worker();
  await worker.start();
  await expect(steps.get({ timeout: "60s" })).rejects.toMatchObject({
    code: "TROUPE_PAYLOAD_TOO_LARGE",
    message: expect.stringContaining("a due task cannot be moved to its queue"),
  });
  const first = app.result(steps.parent?.id ?? "");
  await expect(first.get({ timeout: "30s" })).rejects.toMatchObject({ code: "TROUPE_PAYLOAD_TOO_LARGE" });
  // Its body is cut, because a letter could not hold it either.
  expect((await app.deadLetters.list()).map(({ reason }) => reason)).toEqual(["undeliverable"]);
  await eventually("nothing waits any more", async () => (await app.delayed.list()).length === 0);
});
