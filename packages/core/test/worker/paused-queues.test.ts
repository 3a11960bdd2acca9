import { expect, it } from "vitest";
import { BrokerTimeoutError } from "../../src/model/errors.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { PausedQueues } from "../../src/worker/paused-queues.ts";
import { StubHost } from "../support/hosts.ts";
import { nextTurn } from "../support/outcomes.ts";

const BODY = new Uint8Array([1]);

class Scene {
  readonly host = new StubHost();
  readonly told: string[] = [];
  readonly pauses = new PausedQueues(this.host, ["a", "b"], (queue, isPaused) =>
    this.told.push(`${queue} ${isPaused ? "paused" : "resumed"}`),
  );

  get stored(): Map<string, Uint8Array> {
    return this.host.transport.paused;
  }

  async tell(): Promise<void> {
    this.host.transport.deliver("pauses", BODY);
    await nextTurn();
  }
}

it("tells what is paused when it starts, of its own queues only", async () => {
  const scene = new Scene();
  scene.stored.set("b", BODY).set("other", BODY);
  await scene.pauses.start();
  expect([scene.told, scene.pauses.names]).toEqual([["b paused"], ["b"]]);
});

it("reads again when it is told that something changed", async () => {
  const scene = new Scene();
  await scene.pauses.start();
  scene.stored.set("a", BODY);
  await scene.tell();
  scene.stored.delete("a");
  scene.stored.set("b", BODY);
  await scene.tell();
  expect(scene.told).toEqual(["a paused", "b paused", "a resumed"]);
});

it("reads again when there is a connection again, and every half minute", async () => {
  const scene = new Scene();
  await scene.pauses.start();
  scene.stored.set("a", BODY);
  scene.host.transport.change({ type: "connected", restarted: true });
  await nextTurn();
  expect(scene.pauses.names).toEqual(["a"]);
  scene.stored.set("b", BODY);
  scene.host.clock.advance(30_000);
  await nextTurn();
  expect(scene.pauses.names).toEqual(["a", "b"]);
});

it("tries again soon when it could not read", async () => {
  const scene = new Scene();
  await scene.pauses.start();
  scene.stored.set("a", BODY);
  scene.host.transport.answer("listPaused", new BrokerTimeoutError("no answer"));
  await scene.tell();
  expect(scene.told).toEqual([]);
  scene.host.clock.advance(2_000);
  await nextTurn();
  expect(scene.told).toEqual(["a paused"]);
});

it("reads what changes while it reads", async () => {
  const scene = new Scene();
  await scene.pauses.start();
  const slow = deferred();
  scene.host.transport.answer("listPaused", () => slow.promise);
  await scene.tell();
  await scene.tell();
  scene.stored.set("a", BODY);
  slow.resolve();
  await nextTurn();
  await nextTurn();
  expect(scene.told).toEqual(["a paused"]);
  expect(scene.host.transport.callsOf("listPaused")).toHaveLength(3);
});

it("tells nothing once it is stopped", async () => {
  const scene = new Scene();
  await scene.pauses.start();
  scene.stored.set("a", BODY);
  scene.pauses.stop();
  await scene.tell();
  scene.host.transport.change({ type: "connected", restarted: false });
  scene.host.clock.advance(60_000);
  await nextTurn();
  expect([scene.told, scene.host.clock.armed]).toEqual([[], 0]);
});
