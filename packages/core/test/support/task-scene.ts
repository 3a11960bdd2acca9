// Task actors on a worker without a broker, run by the machine and by its flat logic.

import { type Actor, type AnyStateMachine, createActor, setup } from "xstate";
import { decodeFinalRecord, decodeStateRecord } from "../../src/codec/task-record-codec.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import type { FinalRecord, StateRecord } from "../../src/model/task-record.ts";
import type { Handler, TaskConfig } from "../../src/worker/registered-task.ts";
import { taskSpawner } from "../../src/worker/spawn-task.ts";
import { TaskActor } from "../../src/worker/task-actor.ts";
import { StubDelivery, StubHost, taskOf } from "./hosts.ts";
import { messageOf } from "./messages.ts";
import { nextTurn } from "./outcomes.ts";

/** How a task's actor is made: as everywhere, or as in a worker that is inspected. */
export const LOGICS = ["its flat logic", "the machine itself, inspected"] as const;

/** What is left in a worker that has settled everything. */
export const NOTHING = { unsettled: 0, unended: 0, slots: 0, restarts: 0, worker: "active" };

/** A worker, one registered task called proj.add, and what is delivered. */
export class TaskScene {
  readonly host: StubHost;
  readonly #deliveries: StubDelivery[] = [];
  readonly #worker: Actor<AnyStateMachine>;

  constructor(logic: (typeof LOGICS)[number], handler: Handler, config: Partial<TaskConfig> = {}) {
    this.host = new StubHost(taskOf(handler, config));
    this.host.clock.advance(1);
    this.#worker = createActor(setup({}).createMachine({ initial: "running", states: { running: {} } }));
    this.#worker.start();
    this.host.spawn = taskSpawner(logic === "its flat logic" ? null : this.#worker);
  }

  /** What was done on the transport and to deliveries, in order. */
  get calls(): string[] {
    return this.host.transport.calls;
  }

  receive(
    message: Partial<TaskMessage> = {},
    delivery: Partial<Pick<StubDelivery, "redelivered" | "suspicious">> = {},
  ): TaskActor {
    const arrived = Object.assign(new StubDelivery(this.calls, message), delivery);
    this.#deliveries.push(arrived);
    const actor = new TaskActor(messageOf({ reply: "client-1", ...message }), arrived, this.host);
    actor.receive();
    return actor;
  }

  /** Until all that can happen without the clock has happened. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) await nextTurn();
  }

  record(id = "task-1"): FinalRecord {
    return decodeFinalRecord(this.#stored(`result ${id}`));
  }

  state(id = "task-1"): StateRecord {
    return decodeStateRecord(this.#stored(`state ${id}`));
  }

  store(address: string, body: Uint8Array): void {
    this.host.transport.stored.set(address, body);
  }

  /** What the worker still has of its tasks; `NOTHING` when all is done. */
  get leftOvers(): typeof NOTHING {
    const { settled, ended, slots, restarts } = this.host;
    return {
      unsettled: this.#deliveries.filter(
        (delivery) => settled.indexOf(delivery) !== settled.lastIndexOf(delivery) || !settled.includes(delivery),
      ).length,
      unended: this.#deliveries.length - ended,
      slots: slots.taken,
      restarts: restarts.taken,
      worker: this.#worker.getSnapshot().status,
    };
  }

  #stored(address: string): Uint8Array {
    const body = this.host.transport.stored.get(address);
    if (!body) throw new Error(`nothing is stored as ${address}`);
    return body;
  }
}
