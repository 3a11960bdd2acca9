// A result handle with everything behind it but the broker.

import { type AnyResult, AsyncResult, GroupResult, type ResultOrigin } from "../../src/client/async-result.ts";
import { ResultReceiver } from "../../src/client/result-receiver.ts";
import type { RunningTask } from "../../src/client/running-task.ts";
import { encodeActorDecision } from "../../src/codec/actor-decision-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { encodeFinalRecord, encodeStateRecord } from "../../src/codec/task-record-codec.ts";
import type { ErrorClass, Failure } from "../../src/model/failure.ts";
import type { FinalRecord, StateRecord } from "../../src/model/task-record.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { silentLogger } from "./loggers.ts";
import { recordOf, stateOf } from "./messages.ts";
import { StubTransport } from "./stub-transport.ts";

const MSGPACK = serializerNamed("msgpack");
/** An error as a worker stores it. */
export const FAILURE: Failure = {
  type: "TypeError",
  message: "no",
  stack: "TypeError: no\n    at remote",
  code: "E_NO",
};

/** A client, by default of one result, task-1; the transport is scripted, time stands still. */
export class ResultScene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly receiver = new ResultReceiver("client-1", {
    transport: this.transport,
    clock: this.clock,
    logger: silentLogger,
  });
  readonly errors: ErrorClass[] = [];
  running: RunningTask | undefined = undefined;
  connecting: Promise<void> = Promise.resolve();

  static async open(): Promise<ResultScene> {
    const scene = new ResultScene();
    await scene.receiver.open();
    scene.transport.calls.length = 0;
    return scene;
  }

  get ports(): ConstructorParameters<typeof AsyncResult>[1] {
    return {
      connect: async () => {
        await this.connecting;
        return { transport: this.transport, receiver: this.receiver };
      },
      clock: this.clock,
      running: { getStore: () => this.running },
      errors: () => this.errors,
      origin: "1@host",
    };
  }

  result(origin?: Partial<ResultOrigin>): AsyncResult<unknown> {
    return new AsyncResult("task-1", this.ports, { mark: null, ignored: false, ...origin });
  }

  /** The result of a task that was called here just now. */
  task(id: string, parent: AnyResult | null = null): AsyncResult<unknown> {
    return new AsyncResult(id, this.ports, { mark: this.receiver.mark(), ignored: false }, parent);
  }

  group(id: string, members: readonly AnyResult[], parent: AnyResult | null = null): GroupResult<unknown[]> {
    return new GroupResult(id, members, this.ports, { parent });
  }

  store(part: Partial<FinalRecord> = {}, serializer = MSGPACK): void {
    const record = recordOf(part);
    this.transport.stored.set(`result ${record.id}`, encodeFinalRecord(record, serializer));
  }

  storeState(part: Partial<StateRecord> = {}): void {
    this.transport.stored.set("state task-1", encodeStateRecord(stateOf(part), MSGPACK));
  }

  push(part: Partial<FinalRecord> = {}): void {
    this.transport.deliver("reply.client-1", encodeFinalRecord(recordOf(part), MSGPACK));
  }

  /** Pushes what was decided about a group; null: that what follows from it is sent. */
  decide(id: string, error: Failure | null, resultId = "body"): void {
    const decision = error ? "FAIL" : "DISPATCH";
    this.transport.deliver("reply.client-1", encodeActorDecision({ id, decision, error, resultId }));
  }

  /** The same, stored. */
  storeDecision(id: string, error: Failure, resultId = "body"): void {
    this.transport.stored.set(`result ${id}`, encodeActorDecision({ id, decision: "FAIL", error, resultId }));
  }

  /** Until `get` waits; then nothing but time, a push or a signal ends it. */
  async waiting(): Promise<void> {
    await eventually("the wait", () => this.clock.armed > 0);
  }

  /** Whether nothing is left of any wait. */
  get isIdle(): boolean {
    this.clock.advance(500);
    return this.clock.armed === 0;
  }
}
