// What an application does to each call on its way to the broker: its middleware, innermost its hooks.

import type { SerializerName } from "../codec/serializer.ts";
import { serializerNamed } from "../codec/serializer.ts";
import { travel } from "../codec/travel.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import type { HookedTask } from "../model/hook-map.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { type Hooks, hookedTask } from "./hooks.ts";
import { type Link, runChain } from "./middleware.ts";

/** What surrounds the sending of calls. */
export interface Outgoing {
  readonly hooks: Hooks;
  /** Middleware, the outermost first. */
  readonly links: readonly Link<HookedTask, void>[];
  /** Names of headers that calls made inside a task, and what follows from it, inherit. */
  readonly inherited: readonly string[];
  /** Tells in an event that the broker has a call; left out: nobody wants to know. */
  readonly sent?: ((message: TaskMessage) => void) | undefined;
}

/** Whether anybody wants to see what is sent. */
export function isWatched({ hooks, links }: Outgoing): boolean {
  return links.length > 0 || !hooks.isEmpty;
}

/**
 * Sends a call through the middleware and the hooks.
 *
 * @param send - Sends the message with what they changed: arguments, keywords and headers. `found`: it found that there is no need.
 * @throws {InvalidArgumentError} a middleware did not hand it on.
 * @throws {unknown} what a middleware, or `send`, throws.
 */
export async function sendWatched(
  message: TaskMessage,
  serializer: SerializerName,
  { hooks, links }: Outgoing,
  send: (message: TaskMessage) => Promise<unknown>,
): Promise<void> {
  // What the caller does to its objects meanwhile changes nothing.
  const onWire = serializerNamed(serializer);
  const args = travel(message.args, onWire, "args");
  const kwargs = travel(message.kwargs, onWire, "kwargs");
  const headers = travel(message.headers, onWire, "headers");
  let isSent = false;
  await runChain(links, hookedTask({ ...message, args, kwargs, headers }), async (call) => {
    const event = { ...call, headers: { ...call.headers } };
    await hooks.emit("beforeTaskPublish", message.name, event);
    const found = await send({ ...message, args: call.args, kwargs: call.kwargs, headers: event.headers });
    isSent = true;
    if (found !== "found") await hooks.emit("afterTaskPublish", message.name, event);
  });
  if (isSent) return;
  throw new InvalidArgumentError(
    `a middleware did not hand on the call of task "${message.name}", so that it was not sent; call next(), or throw`,
  );
}
