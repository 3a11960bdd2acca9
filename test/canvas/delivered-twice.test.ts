// A header task's message that exists twice: its completion counts once, so that the body runs once, with the right array (Q39).

import { chord, GroupResult } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import type { OutgoingTask } from "@troupe/core/transport";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { type Handle, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("the message of a header task delivered twice, over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());
  afterEach(() => vi.restoreAllMocks());

  /** Sends a canvas; `again` delivers the message of the first member of its header once more. */
  async function sent(send: () => Promise<Handle & { readonly parent: unknown }>) {
    const published = vi.spyOn(world.transport.tasks, "publish");
    const result = await send();
    const messages = published.mock.calls.map(([task]) => task);
    if (!(result.parent instanceof GroupResult)) throw new Error("a chord's handle has its header's before it");
    const id: string = result.parent.results[0]?.id ?? "";
    const first = messages.find(({ key }) => key === `${id}-0`);
    if (!first) throw new Error(`the message of task ${id} was not sent from here`);
    // A broker refuses the same key as long as it knows it.
    const copy: OutgoingTask = { ...first, key: `${first.key}-copy`, repeat: true };
    return {
      id,
      result,
      again: async () => {
        expect(await world.transport.tasks.publish(copy)).toBe("stored");
      },
    };
  }

  it("C189 while it runs: it runs twice, the body once", async () => {
    const { noteAndWait, identity, noteRun } = world.tasks;
    const [header, body, gate] = [fresh("header"), fresh("body"), fresh("gate")];
    const members = [noteAndWait.si(1, header, gate), identity.si(2)];
    const { result, again } = await sent(() => chord(members, noteRun.s(body)).delay());
    await again();
    await eventually("both run", async () => (await world.notes.of(header)).length === 2, 20_000);
    await world.openGate(gate);
    expect(await valueOf(result)).toEqual([1, 2]);
    expect(await world.noted(body, 1)).toHaveLength(1);
  });

  it("C189 when it has ended, and another member still runs: it counts once, the body waits for the other", async () => {
    const { noteRun, gate: waiting } = world.tasks;
    const [header, body, gate] = [fresh("header"), fresh("body"), fresh("gate")];
    const members = [noteRun.si(1, header), waiting.si(2, gate)];
    const { id, result, again } = await sent(() => chord(members, noteRun.s(body)).delay());
    expect(await valueOf(world.app.result(id))).toBe(1);
    await again();
    await eventually("only the other is left", async () => {
      const { waiting: queued, unsettled } = await world.transport.tasks.count("default");
      return queued + unsettled === 1;
    });
    expect(await world.notes.of(body)).toEqual([]);
    await world.openGate(gate);
    expect(await valueOf(result)).toEqual([1, 2]);
    expect(await world.noted(body, 1)).toHaveLength(1);
    expect(await world.notes.of(header)).toHaveLength(1);
  });

  it("C189 when the chord has ended: nothing runs again", async () => {
    const { noteRun } = world.tasks;
    const [header, body] = [fresh("header"), fresh("body")];
    const members = [noteRun.si(1, header), noteRun.si(2, header)];
    const { result, again } = await sent(() => chord(members, noteRun.s(body)).delay());
    expect(await valueOf(result)).toEqual([1, 2]);
    await again();
    expect(await world.noted(body, 1)).toHaveLength(1);
    expect(await world.notes.of(header)).toHaveLength(2);
  });
});
