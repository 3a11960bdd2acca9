// What a chord does to the world when it is decided, as a port; and the real one. Each effect can be repeated: what is sent has the
// id it was frozen with, what is stored is stored once.

import { abandonFlow, type FlowEnd } from "../client/abandon-flow.ts";
import type { FlowOrigin } from "../client/compose-step.ts";
import { dispatchFlow, sendErrbacks } from "../client/dispatch-flow.ts";
import { type FlowSender, recording } from "../client/flow-sender.ts";
import type { PersistHost } from "../client/persist.ts";
import { storeGathered } from "../client/store-gathered.ts";
import type { PlanMessage } from "../model/actor-message.ts";
import type { Failure } from "../model/failure.ts";
import type { Errback, FailedRequest, Flow, Input } from "../model/flow.ts";

/** The effects of one shard's chords. They go on until the broker has taken what they send. */
export interface ChordEffects {
  /** Sends what a flow begins with. May reject when that can never be sent. */
  dispatchFlow(flow: Flow, input: Input, from: FlowOrigin): Promise<void>;
  /** The same of a callback, or of what follows a stored list: when that can never be sent, it fails by itself. */
  dispatchLink(flow: Flow, input: Input, from: FlowOrigin): Promise<void>;
  /** Stores the list of values, sends the plan's links and tells the actor that waits. May reject when it can never be stored. */
  storeGathered(plan: PlanMessage, values: readonly unknown[], from: FlowOrigin): Promise<void>;
  /** Stores how a flow ended that will never run, and tells the actor that waits for it. */
  abandonFlow(flow: Flow, end: FlowEnd, from: FlowOrigin): Promise<void>;
  sendErrbacks(
    errbacks: readonly Errback[],
    failed: { readonly request: FailedRequest; readonly error: Failure },
    from: FlowOrigin,
  ): Promise<void>;
  /** Pushes what is decided to a client that waits; what is lost of it costs time only. */
  push(reply: string, decision: Uint8Array): void;
}

/** Makes the effects of a shard, which end when it is lost (`abandoned`). */
export type EffectsFor = (host: PersistHost) => ChordEffects;

/** Effects by way of the broker. */
export function flowEffects(sender: FlowSender): ChordEffects {
  return {
    dispatchFlow: (flow, input, from) => dispatchFlow(flow, input, from, sender),
    dispatchLink: (flow, input, from) => dispatchFlow(flow, input, from, recording(sender)),
    storeGathered: (plan, values, from) => storeGathered(plan, values, from, sender),
    abandonFlow: (flow, end, from) => abandonFlow(flow, end, from, sender),
    sendErrbacks: (errbacks, failed, from) => sendErrbacks(errbacks, failed, from, recording(sender)),
    push: (reply, decision) => sender.push(reply, decision),
  };
}
