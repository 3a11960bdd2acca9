// Stores the decision about an actor, or finds the one that was stored first.

import { type PersistHost, persist } from "../client/persist.ts";
import { decodeActorDecision, encodeActorDecision } from "../codec/actor-decision-codec.ts";
import type { ActorDecision } from "../model/actor-decision.ts";
import type { RecordKey } from "../transport/record-store.ts";

/** The decision that stands. `isOwn`: nobody can have acted on it before. */
export interface Standing {
  readonly decision: ActorDecision;
  readonly isOwn: boolean;
}

/** Stores a decision create-only, or adopts the stored one. */
export async function storeDecision(own: ActorDecision, host: PersistHost): Promise<Standing> {
  const body = encodeActorDecision(own);
  const created = await persist(host, `the decision about group ${own.id}`, () =>
    host.transport.records.create(keyOf(own.id), body),
  );
  if (created === "created") return { decision: own, isOwn: true };
  // Null: it has expired in this moment.
  return { decision: (await readDecision(own.id, host)) ?? own, isOwn: false };
}

/** @throws {SerializationError | InvalidMessageError} what is stored there is no decision. */
export async function readDecision(actorId: string, host: PersistHost): Promise<ActorDecision | null> {
  const body = await persist(host, `the look for the decision about group ${actorId}`, () =>
    host.transport.records.read(keyOf(actorId)),
  );
  return body && decodeActorDecision(body);
}

function keyOf(id: string): RecordKey {
  return { kind: "result", id };
}
