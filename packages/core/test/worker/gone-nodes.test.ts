import { expect, it } from "vitest";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { GoneNodes } from "../../src/worker/gone-nodes.ts";
import { silentLogger } from "../support/loggers.ts";
import { StubTransport } from "../support/stub-transport.ts";

const LOOK_MS = 600_000;
const NODES = ["news--w1.at.h", "news--w2.at.h"] as const;

class Scene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  alive: readonly string[] = NODES;
  readonly gone: GoneNodes;
  #looks = 0;

  constructor(queues: readonly string[] = ["news"]) {
    this.transport.queueNames = [...NODES, "other--w3.at.h", "news", "default"];
    const host = { transport: this.transport, clock: this.clock, logger: silentLogger };
    this.gone = new GoneNodes(queues, host, () => {
      this.#looks += 1;
      return new Set(this.alive);
    });
    this.gone.start();
  }

  async look(times: number): Promise<readonly string[]> {
    for (let left = times; left > 0; left -= 1) {
      const before = this.#looks;
      await eventually("a timer", () => this.clock.armed > 0);
      this.clock.advance(LOOK_MS);
      await eventually("a look", () => this.#looks > before);
    }
    await eventually("the end of the look", () => this.clock.armed > 0);
    return this.transport.callsOf("forget");
  }
}

it("forgets a node that was missing for an hour, and nothing else", async () => {
  const scene = new Scene();
  scene.alive = ["news--w2.at.h"];
  expect(await scene.look(6)).toEqual([]);
  expect(await scene.look(1)).toEqual(["forget news--w1.at.h"]);
  scene.gone.stop();
});

it("counts anew when a node was there meanwhile", async () => {
  const scene = new Scene();
  scene.alive = ["news--w2.at.h"];
  await scene.look(6);
  scene.alive = NODES;
  await scene.look(1);
  scene.alive = ["news--w2.at.h"];
  expect(await scene.look(6)).toEqual([]);
  expect(await scene.look(1)).toEqual(["forget news--w1.at.h"]);
  scene.gone.stop();
});

it("looks again after a failure, and not where nothing is broadcast or it was stopped", async () => {
  const scene = new Scene();
  scene.alive = [];
  scene.transport.tasks.names = () => Promise.reject(new Error("not now"));
  scene.clock.advance(LOOK_MS);
  await eventually("the next timer", () => scene.clock.armed > 0);
  scene.gone.stop();
  expect(scene.clock.armed).toBe(0);
  expect(new Scene([]).clock.armed).toBe(0);
});
