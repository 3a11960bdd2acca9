// Fences the former owner of a shard by deleting its consumer, and makes one for the new owner (protocol §6, steps 2 and 3).

import { BrokerRefusedError } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import { isApiError } from "../publish/jetstream-api.ts";
import { consumerNames } from "../topology/consumer-names.ts";
import { type ConsumerSpec, shardConsumerSpec } from "../topology/topology.ts";
import { classify, JS_ERROR } from "../wire/nats-errors.ts";
import type { Epochs } from "./epochs.ts";

const TRIES = 5;
const PAUSE_MS = 50;

/** A shard that was claimed. */
export interface Claim {
  readonly shard: number;
  readonly epoch: number;
}

/**
 * Makes the consumer of a claim in place of all earlier ones.
 *
 * @returns null when the shard was claimed anew meanwhile.
 * @throws {BrokerRefusedError} a consumer that is not of Troupe's making takes messages of the shard.
 */
export async function openShardConsumer(link: Link, epochs: Epochs, claim: Claim): Promise<ConsumerSpec | null> {
  const { api, names } = link;
  const spec = shardConsumerSpec(names, claim.shard, claim.epoch);
  const body = { stream_name: spec.stream, config: spec.config };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await deleteEarlier(link, claim);
    const answer = await api.ask(`CONSUMER.DURABLE.CREATE.${spec.stream}.${spec.name}`, body);
    if (!isApiError(answer)) return spec;
    if (answer.code !== JS_ERROR.filterOverlaps) throw classify(answer, `consumer of shard ${claim.shard}`);
    // A slower claimant made its own in this moment, or a later one has the shard.
    if (!(await epochs.isHighest(claim.shard, claim.epoch))) return null;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS)); // on a cluster a deletion takes a moment
  }
  throw new BrokerRefusedError(
    `shard ${claim.shard} cannot be taken: a consumer of stream ${spec.stream} that is not Troupe's takes ` +
      `${String(spec.config["filter_subject"])}; delete that consumer`,
  );
}

/** Deletes the consumers of earlier epochs, never one of a later. */
async function deleteEarlier({ api, names }: Link, { shard, epoch }: Claim): Promise<void> {
  for (const name of await consumerNames(api, names.actors)) {
    if ((names.epochOfConsumer(name, shard) ?? epoch) >= epoch) continue;
    await api.find(`CONSUMER.DELETE.${names.actors}.${name}`, undefined, [JS_ERROR.consumerNotFound]);
  }
}
