// A further member of a chord, added by one of its header's tasks while that runs. Its ids follow from the adder's, so that a second
// run of the adder adds the same members again.

import { createHash } from "node:crypto";
import type { FlowOrigin } from "../client/compose-step.ts";
import { dispatchFlow } from "../client/dispatch-flow.ts";
import { inheritedHeaders, withInherited } from "../client/inherit-headers.ts";
import { encodeActorMessage } from "../codec/actor-message-codec.ts";
import { serializerNamed } from "../codec/serializer.ts";
import { InvalidCanvasError } from "../model/errors.ts";
import { NO_INPUT } from "../model/flow.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { TaskHost } from "./task-host.ts";

const MSGPACK = serializerNamed("msgpack");

/** Which of the members that a task adds it is. `repeat`: it was perhaps added before. */
export interface AddedPlace {
  readonly k: number;
  readonly repeat: boolean;
}

/**
 * Adds the `k`-th member that a task adds. Resolves when the broker has it.
 *
 * @throws {InvalidCanvasError} the task is no member of a chord, or it is no signature.
 */
export async function addMember(
  message: TaskMessage,
  signature: unknown,
  { k, repeat }: AddedPlace,
  { compile, sender }: TaskHost,
): Promise<void> {
  const { id, gen, rootId, reply, canvas } = message;
  const actor = canvas?.memberOf?.actor;
  if (!actor)
    throw new InvalidCanvasError(
      `task ${id} (${message.name}) is no member of a chord; only a task in a chord's header can add to it`,
    );
  const member = derivedId(`${id}-${gen}-${k}`);
  let next = 0;
  const flow = compile(signature, () => derivedId(`${member}-${next++}`));
  const body = encodeActorMessage({ type: "add", actor, member }, MSGPACK);
  await sender.mail({ actor, kind: "add", repeat, body });
  const memberOf = { actor, member };
  const from: FlowOrigin = { rootId, parentId: id, reply, memberOf, nesting: 0, origin: "settle", repeat };
  const headers = inheritedHeaders(message.headers, sender.outgoing?.inherited ?? []);
  await dispatchFlow(withInherited(flow, headers), NO_INPUT, from, sender);
}

function derivedId(seed: string): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, 32);
}
