// Events of an application, as `app.events`: hears them and sends one's own.

import { InvalidArgumentError } from "../model/errors.ts";
import type { EventFields, EventFor, EventPattern, UnknownEvent } from "../model/event-map.ts";
import { checkEventPattern, splitEventPattern } from "../model/event-names.ts";
import { shown } from "../model/names.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Transport } from "../transport/transport.ts";
import { type Camera, type CameraOptions, checkCamera, startCamera } from "./camera.ts";
import type { ClusterStateOptions } from "./cluster-state.ts";
import { DurableSubscription } from "./durable-subscription.ts";
import { EventReader } from "./event-reader.ts";
import { EventSender } from "./event-sender.ts";
import { LiveState } from "./live-state.ts";
import { LiveSubscription } from "./live-subscription.ts";
import type { LogicalClock } from "./logical-clock.ts";
import { checkOwnEvent } from "./own-event.ts";
import { resolveSubscribe, type SubscribeOptions, type Subscribing } from "./subscribe-options.ts";

/** What they work with. */
export interface EventsPorts {
  readonly connect: () => Promise<{ readonly transport: Transport }>;
  /** Time of the application. */
  readonly clock: Clock;
  readonly logical: LogicalClock;
  readonly logger: () => Logger;
  /** Name of this process as a sender. */
  readonly hostname: string;
  /** How long the stream of events keeps them, when this process makes it. */
  readonly keepMs: () => number;
  /** Tells hooks that a handler failed. */
  readonly failed: (failure: EventFailure) => void;
}

/** A handler of events has thrown. */
interface EventFailure {
  readonly event: UnknownEvent;
  readonly pattern: string;
  /** Name of the subscription, or null. */
  readonly durable: string | null;
  readonly error: unknown;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  /** The event does not come again. */
  readonly isLast: boolean;
}

/** Ends a subscription. Resolves when its handler is done; a durable one keeps its place. */
export type Unsubscribe = () => Promise<void>;

type Handler = (event: UnknownEvent) => unknown;

/** Messages that a durable subscription has at a time. */
const BATCH = 32;

/** Events: hears them and sends one's own. */
export class Events {
  readonly #ports: EventsPorts;
  #sender: { readonly transport: Transport; readonly sender: EventSender } | null = null;

  constructor(ports: EventsPorts) {
    this.#ports = ports;
  }

  /**
   * Calls `handler` with each event whose name fits the pattern, one after the other; a promise is waited for. Without `durable` it
   * hears the events of now, and may miss some: while there is no connection, or when it is too slow. With `durable` events come
   * at least once, again when the handler throws, and also after this process was away.
   *
   * @param pattern - Name of an event, in which `*` stands for any characters.
   * @returns what ends it.
   * @throws {InvalidArgumentError} the pattern or an option is wrong.
   * @throws {TopologyError} the name is in use with another pattern.
   * @throws {BrokerUnreachableError} there is no broker.
   * @see Celery `app.events.Receiver`
   */
  async subscribe<const P extends EventPattern>(
    pattern: P,
    handler: (event: EventFor<P>) => unknown,
    options?: SubscribeOptions,
  ): Promise<Unsubscribe> {
    checkEventPattern(pattern);
    if (typeof handler !== "function")
      throw new InvalidArgumentError(`the handler of events "${pattern}" is ${shown(handler)}; give a function`);
    const how = resolveSubscribe(options);
    const { transport } = await this.#ports.connect();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the codec has checked the fields of known events; others are the sender's word
    const handle = handler as Handler;
    const unsubscribe = await (how.durable === null
      ? this.#live(pattern, handle, how, transport)
      : this.#durable(pattern, handle, { ...how, durable: how.durable }, transport));
    const { onConnection } = how;
    if (!onConnection) return unsubscribe;
    const unlisten = transport.onChange(({ type }) => onConnection(type));
    return () => {
      unlisten();
      return unsubscribe();
    };
  }

  /**
   * Sends an event of one's own, whoever listens. Resolves when it is on its way; it may be lost.
   *
   * @throws {InvalidArgumentError | SerializationError | PayloadTooLargeError} it is none that can be sent.
   * @throws {BrokerUnreachableError} there was no broker yet.
   */
  async send<const Name extends string>(type: Name, fields: EventFields<Name>): Promise<void> {
    const [name, checked] = checkOwnEvent(type, fields);
    const { transport } = await this.#ports.connect();
    this.senderOn(transport).own(name, checked);
  }

  /**
   * The cluster as events tell it, from now on: workers, tasks, counts. Workers tell of their tasks only if they are told to. What it
   * knows of the workers is there when its `ready` has resolved and they have answered, a moment later.
   *
   * @throws {InvalidArgumentError} an option is unknown or wrong.
   * @see Celery `app.events.State`
   */
  state(options?: ClusterStateOptions): LiveState {
    const { clock, connect, logger } = this.#ports;
    return new LiveState(
      {
        clock,
        connect,
        now: () => clock.now(),
        hear: async (state) => {
          const { transport } = await connect();
          return this.#live("*", (event) => state.fold(event), resolveSubscribe(undefined), transport);
        },
        failed: (error) => logger().error({ err: error }, "a listener of the state of the cluster failed"),
        drifted: (hostname, driftMs) =>
          logger().warn(
            { worker: hostname, driftMs },
            `Substantial drift from ${hostname}: its clock, or this one, is wrong`,
          ),
      },
      options,
    );
  }

  /**
   * Shows the state to a function, again and again. Resolves when it listens.
   *
   * @throws {InvalidArgumentError} an option is unknown or wrong.
   * @throws {BrokerUnreachableError} there is no broker.
   * @see Celery `celery events --camera`
   */
  async camera(options: CameraOptions): Promise<Camera> {
    checkCamera(options);
    const { clock, logger } = this.#ports;
    const state = this.state();
    await state.ready;
    return startCamera(state, options, {
      clock,
      failed: (what, error) => logger().error({ err: error }, `${what} of a camera failed`),
    });
  }

  /** Sends this process's events over a connection. Not for users. */
  senderOn(transport: Transport): EventSender {
    if (this.#sender?.transport !== transport) {
      const { hostname, logical, clock, logger } = this.#ports;
      this.#sender = { transport, sender: new EventSender(hostname, { transport, clock, logical, logger: logger() }) };
    }
    return this.#sender.sender;
  }

  async #live(
    pattern: string,
    handle: Handler,
    { queueSize, onDropped }: Subscribing,
    transport: Transport,
  ): Promise<Unsubscribe> {
    const reader = this.#readerOf(pattern);
    const subscription = new LiveSubscription({
      queueSize,
      handle,
      failed: (event, error) =>
        this.#ports.failed({ event, pattern, durable: null, error, deliveries: 1, isLast: true }),
      dropped: (count) => {
        if (onDropped) onDropped(count);
        else
          this.#ports.logger().warn({ pattern, dropped: count }, "events were dropped, for their handler is too slow");
      },
    });
    const leave = await transport.events.subscribe(splitEventPattern(pattern), (body) =>
      subscription.hear(reader.read(body)),
    );
    return async () => {
      leave();
      subscription.close();
    };
  }

  async #durable(
    pattern: string,
    handle: Handler,
    { durable, from, maxDeliveries }: Subscribing & { readonly durable: string },
    transport: Transport,
  ): Promise<Unsubscribe> {
    const reader = this.#readerOf(pattern);
    const subscription = new DurableSubscription({
      maxDeliveries,
      read: (body) => reader.read(body),
      handle,
      failed: (event, error, attempt) => this.#ports.failed({ event, pattern, durable, error, ...attempt }),
    });
    const consumer = await transport.events.consume({
      name: durable,
      filter: splitEventPattern(pattern),
      from: from?.getTime() ?? null,
      keepMs: this.#ports.keepMs(),
      batch: BATCH,
      onDelivery: subscription.accept,
    });
    return () => subscription.stop(consumer);
  }

  #readerOf(pattern: string): EventReader {
    const { clock, logical, logger } = this.#ports;
    return new EventReader(pattern, { clock, logical, logger: logger() });
  }
}
