// One delivery of a task by the in-process broker. The first of ack, confirmAck and handBack settles it; further ones do
// nothing, nor do any once the consumer that received it was closed. confirmAck then rejects, unless the task was acked.

import { BrokerRefusedError } from "../../model/errors.ts";
import { shown } from "../../model/names.ts";
import type { Delivery } from "../task-queue.ts";
import { copyBytes } from "./copy-bytes.ts";
import type { QueuedTask } from "./queued-task.ts";

/** What a delivery does to the queue it came from. */
export interface DeliveryOwner {
  remove(task: QueuedTask): void;
  giveBack(task: QueuedTask, delayMs: number): void;
}

/** Holds its task until it is settled, however long that takes: within one process there is no ack wait. */
export class MemoryDelivery implements Delivery {
  readonly queue: string;
  readonly body: Uint8Array;
  readonly contentType: string | null;
  readonly redelivered: boolean;
  readonly exclusive: boolean;
  readonly suspicious: boolean;
  readonly #task: QueuedTask;
  readonly #owner: DeliveryOwner;
  #acked = false;

  constructor(task: QueuedTask, owner: DeliveryOwner) {
    const { message } = task;
    this.queue = message.queue;
    this.body = copyBytes(task.body);
    this.contentType = message.contentType === "" ? null : message.contentType;
    this.redelivered = task.delivered;
    this.exclusive = message.exclusive;
    this.suspicious = task.delivered || message.repeat;
    this.#task = task;
    this.#owner = owner;
  }

  ack(): void {
    if (!this.#letGo()) return;
    this.#acked = true;
    this.#owner.remove(this.#task);
  }

  async confirmAck(): Promise<void> {
    this.ack();
    if (this.#acked) return;
    throw new BrokerRefusedError(
      `ack of a task of queue ${shown(this.queue)} is too late: the task was handed back before, or its consumer was closed`,
    );
  }

  handBack(delayMs: number): void {
    if (this.#letGo()) this.#owner.giveBack(this.#task, delayMs);
  }

  /** @returns whether the task was this delivery's until now. */
  #letGo(): boolean {
    if (this.#task.holder !== this) return false;
    this.#task.holder = null;
    return true;
  }
}
