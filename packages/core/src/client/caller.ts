// From a call to a stored message: composes, encodes and submits it, and gives back the result's handle.

import { type Serializer, serializerNamed } from "../codec/serializer.ts";
import { encodeTaskMessage } from "../codec/task-message-codec.ts";
import { travel } from "../codec/travel.ts";
import { type ApplyOptions, RETRY_POLICY_TABLE, type RetryPolicy } from "../model/apply-options.ts";
import { checkOptions } from "../model/check-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { PayloadTooLargeError } from "../model/errors.ts";
import { messageKey } from "../model/task-message.ts";
import type { Transport } from "../transport/transport.ts";
import { AsyncResult, type ResultPorts } from "./async-result.ts";
import { type Call, type Callee, composeMessage } from "./compose-message.ts";
import type { ResultReceiver } from "./result-receiver.ts";
import { type SubmitPolicy, submit } from "./submit.ts";

/** A connected client. */
export interface Session {
  readonly transport: Transport;
  readonly receiver: ResultReceiver;
}

/** What calling works with. */
export interface CallerPorts extends ResultPorts {
  readonly connect: () => Promise<Session>;
  /** The session, when it is connected already. */
  readonly session: () => Session | null;
  readonly retry: () => { readonly enabled: boolean; readonly policy: RetryPolicy };
  /** Who calls, for people: `<pid>@<host>`. */
  readonly origin: string;
}

/** Sends calls. */
export class Caller {
  readonly #ports: CallerPorts;

  constructor(ports: CallerPorts) {
    this.#ports = ports;
  }

  /** Sends a call. Resolves when the broker has it durably. */
  async send<R>(callee: Callee, call: Call): Promise<AsyncResult<R>> {
    const serializer = serializerNamed(call.options.serializer ?? callee.serializer);
    const session = this.#ports.session();
    if (session) return this.#submit(callee, call, serializer, session);
    // The arguments are taken as they are now, not as they may be when the connection stands.
    const args = travel(call.args, serializer, "args");
    const kwargs = travel(call.kwargs, serializer, "kwargs");
    const headers = call.options.headers && travel(call.options.headers, serializer, "headers");
    return this.#submit(
      callee,
      { args, kwargs, options: { ...call.options, headers } },
      serializer,
      await this.#ports.connect(),
    );
  }

  async #submit<R>(callee: Callee, call: Call, serializer: Serializer, session: Session): Promise<AsyncResult<R>> {
    const { transport, receiver } = session;
    const mark = receiver.mark();
    const message = composeMessage(callee, call, {
      caller: this.#ports.running.getStore(),
      reply: receiver.clientId,
      expires: expiresAt(call.options.expires ?? callee.expiresMs, transport),
      origin: this.#ports.origin,
    });
    const body = encodeTaskMessage(message, serializer);
    if (body.length > transport.maxMessageBytes) {
      throw new PayloadTooLargeError(`the message of task "${callee.name}"`, body.length, transport.maxMessageBytes);
    }
    const isChosen = call.options.taskId != null;
    const outgoing = {
      queue: message.queue,
      key: messageKey(message),
      exclusive: isChosen,
      repeat: false,
      contentType: serializer.contentType,
      body,
    };
    await submit(outgoing, message.id, this.#policy(call.options), { transport, clock: this.#ports.clock });
    return new AsyncResult<R>(message.id, this.#ports, { mark: isChosen ? null : mark, ignored: message.ignoreResult });
  }

  #policy(options: ApplyOptions): SubmitPolicy {
    const { enabled, policy: settings } = this.#ports.retry();
    const given = options.retryPolicy;
    if (given) checkOptions(given, RETRY_POLICY_TABLE, { what: "option retryPolicy:", kind: "argument" });
    const of = <K extends keyof RetryPolicy>(name: K): RetryPolicy[K] => given?.[name] ?? settings[name];
    return {
      maxRetries: (options.retry ?? enabled) ? (of("maxRetries") ?? DEFAULT_POLICY.maxRetries) : 0,
      intervalStartMs: ms(of("intervalStart"), DEFAULT_POLICY.intervalStartMs),
      intervalStepMs: ms(of("intervalStep"), DEFAULT_POLICY.intervalStepMs),
      intervalMaxMs: ms(of("intervalMax"), DEFAULT_POLICY.intervalMaxMs),
      timeoutMs: ms(of("timeout"), DEFAULT_POLICY.timeoutMs),
    };
  }
}

const DEFAULT_POLICY: SubmitPolicy = {
  maxRetries: Number.POSITIVE_INFINITY,
  intervalStartMs: 0,
  intervalStepMs: 200,
  intervalMaxMs: 1_000,
  timeoutMs: 10_000,
};

function ms(value: Duration | undefined, otherwise: number): number {
  return value == null ? otherwise : durationMs(value, "retryPolicy");
}

function expiresAt(expires: Duration | Date | null, transport: Transport): number | null {
  if (expires === null) return null;
  return expires instanceof Date ? Math.max(expires.getTime(), 0) : transport.now() + durationMs(expires, "expires");
}
