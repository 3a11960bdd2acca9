// First look at a message of the log: is it one that this program may read? Another version's is left for a program that knows it.

import { decodeActorMessage } from "../codec/actor-message-codec.ts";
import { field, fieldsOf } from "../codec/read-fields.ts";
import { serializerOf } from "../codec/serializer.ts";
import type { ActorMessage } from "../model/actor-message.ts";
import { InvalidMessageError } from "../model/errors.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import type { Mail } from "../transport/mailboxes.ts";

/** A message, or why it is none. */
export type OpenedMail =
  | { readonly type: "message"; readonly message: ActorMessage }
  | { readonly type: "other-version" }
  | { readonly type: "bad"; readonly reason: "undecodable" | "invalid"; readonly detail: string };

export function openMail(mail: Mail): OpenedMail {
  try {
    const message = decodeActorMessage(mail.body);
    const { actor, kind } = mail;
    if (message.type === kind && message.actor.id === actor.id && message.actor.shard === actor.shard)
      return { type: "message", message };
    const detail = `the ${message.type} is for actor ${message.actor.id} in shard ${message.actor.shard}, but came as ${kind} of actor ${actor.id} in shard ${actor.shard}`;
    return { type: "bad", reason: "invalid", detail };
  } catch (error) {
    if (isOtherVersion(mail.body)) return { type: "other-version" };
    const detail = error instanceof Error ? error.message : String(error);
    return { type: "bad", reason: error instanceof InvalidMessageError ? "invalid" : "undecodable", detail };
  }
}

function isOtherVersion(body: Uint8Array): boolean {
  try {
    const version = field(fieldsOf(serializerOf(body).decode(body)), "v");
    return typeof version === "number" && version > MESSAGE_VERSION;
  } catch {
    return false;
  }
}
