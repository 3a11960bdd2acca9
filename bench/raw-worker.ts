// A worker process of the raw loop: consume, store the result create-only, push it, acknowledge.

import { type ConsumerMessages, type JsMsg, jetstream } from "@nats-io/jetstream";
import { headers } from "@nats-io/transport-node";
import { CONCURRENCY } from "./contender.ts";
import { serve } from "./orders.ts";
import { Progress } from "./progress.ts";
import { connectRaw, RAW, type RawCall, RawPublisher, type RawResult } from "./raw-jetstream.ts";

const nats = await connectRaw(process.argv[2] ?? "");
const publisher = new RawPublisher(nats);
const consumer = await jetstream(nats).consumers.get(RAW.tasks, RAW.consumer);
const createOnly = headers();
createOnly.set("Nats-Expected-Last-Subject-Sequence", "0");
const ran = new Progress();
const settled = new Progress();
let messages: ConsumerMessages | null = null;

async function run(message: JsMsg): Promise<void> {
  const { id, args, reply } = message.json<RawCall>();
  const result: RawResult = { id, state: "SUCCESS", value: args[0] + args[1], at: Date.now() };
  ran.step();
  const body = JSON.stringify(result);
  await publisher.publish(`${RAW.resultSubjects}.${id}`, body, createOnly);
  nats.publish(`${RAW.replySubjects}.${reply}`, body);
  message.ack();
  settled.step();
}

async function consume(): Promise<void> {
  messages = await consumer.consume({ max_messages: CONCURRENCY, callback: (message) => void run(message) });
}

async function rest(): Promise<void> {
  await messages?.close();
  await nats.flush();
}

serve({
  consume,
  rest,
  drain: async (count) => {
    void ran.expect(count);
    const allSettled = settled.expect(count);
    await consume();
    await allSettled;
    const milliseconds = performance.now() - ran.startedAt;
    await rest();
    return milliseconds;
  },
});
