// Empties a queue by taking its waiting messages and acknowledging them. A purge by subject, the obvious way, makes
// consumers of other subjects miss messages on 2.9 (design §4).

import { createInbox, type Msg } from "@nats-io/transport-node";
import { BrokerTimeoutError } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import type { ConsumerSpec } from "../topology/topology.ts";
import { notConnected } from "../wire/nats-errors.ts";

const BATCH = 1000;
const LONGEST_BATCH_MS = 5000;

/** Deletes up to `most` messages that wait for a consumer. @returns how many. */
export async function purgeQueue(link: Link, spec: ConsumerSpec, most: number): Promise<number> {
  let deleted = 0;
  while (deleted < most) {
    const taken = await take(link, spec, Math.min(BATCH, most - deleted));
    const last = taken.pop();
    if (last === undefined) break;
    for (const ackSubject of taken) link.connection.current?.publish(ackSubject);
    // Acks are carried out in order: when the last one is confirmed, all are done.
    await link.publisher.request(last);
    deleted += taken.length + 1;
  }
  return deleted;
}

/** Takes messages that wait now. @returns their ack subjects. */
async function take(link: Link, spec: ConsumerSpec, batch: number): Promise<string[]> {
  const { connection, config } = link;
  const nats = connection.current;
  if (nats === null) throw notConnected(config.servers.address);
  const inbox = createInbox(config.inboxPrefix);
  const taken: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let finish = (_complete: boolean): void => undefined;
  const complete = new Promise<boolean>((resolve) => {
    finish = resolve;
    timer = setTimeout(resolve, LONGEST_BATCH_MS, false);
  });
  const subscription = connection.subscribe(inbox, (message: Msg) => {
    if (message.reply !== undefined && message.reply !== "") taken.push(message.reply);
    if (message.reply === "" || taken.length === batch) finish(true);
  });
  nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${spec.stream}.${spec.name}`, JSON.stringify({ batch, no_wait: true }), {
    reply: inbox,
  });
  const answered = await complete;
  clearTimeout(timer);
  subscription.end();
  if (!answered && taken.length === 0)
    throw new BrokerTimeoutError(`the broker did not say what waits in ${spec.name}`);
  return taken;
}
