// Applications that share a broker and nothing else.

import { Troupe } from "@troupe/core";
import { memoryTransport } from "@troupe/core/transport";
import { expect, it } from "vitest";
import { World } from "../support/world.ts";

it("two applications with different namespaces do not see each other", async () => {
  await using world = await World.open("nats");
  const first = world.app({ namespace: "first" });
  const second = world.app({ namespace: "second" });
  for (const app of [first, second]) {
    app.task("shared.name", () => app.conf.namespace);
    await world.worker({ hostname: `${app.conf.namespace}@here` }, app);
  }
  const results = await Promise.all(
    [first, second].map((app) => app.sendTask<string>("shared.name", [], { taskId: "same" })),
  );
  const values = await Promise.all(results.map((result) => result.get({ timeout: "10s" })));
  expect(values).toEqual(["first", "second"]);
  expect(await world.client.result("same").state()).toBe("PENDING");
  const pings = await Promise.all(
    [first, second, world.client].map((app) => app.control.inspect({ timeout: "300ms" }).ping()),
  );
  expect(pings.map((answers) => Object.keys(answers))).toEqual([["first@here"], ["second@here"], []]);
});

it("applications in one process share a memory broker only when they are given the same transport", async () => {
  const transport = memoryTransport();
  await using first = new Troupe("first", { broker: transport });
  await using second = new Troupe("second", { broker: transport });
  await using apart = new Troupe("apart", { broker: "memory:" });
  first.task("shared.task", () => "ran");
  const worker = first.worker();
  await worker.start();
  expect(await (await second.sendTask("shared.task")).get({ timeout: "10s" })).toBe("ran");
  const lost = await apart.sendTask("shared.task");
  await expect(lost.get({ timeout: 200 })).rejects.toMatchObject({ code: "TROUPE_TASK_TIMEOUT" });
  await using other = new Troupe("other", { broker: transport, namespace: "other" });
  await expect(other.connect()).rejects.toThrow("cannot share a memory transport");
  await worker.stop();
});
