// The client's side of the raw loop: publishes calls, receives the pushed results.

import type { Caller } from "./contender.ts";
import { connectRaw, RAW, type RawCall, RawPublisher, type RawResult } from "./raw-jetstream.ts";

/** The client's side of the raw loop. */
export async function rawCaller(url: string): Promise<Caller> {
  const nats = await connectRaw(url);
  const publisher = new RawPublisher(nats);
  const client = crypto.randomUUID();
  const waiting = new Map<string, () => void>();
  nats.subscribe(`${RAW.replySubjects}.${client}`, {
    callback: (_error, message) => {
      const { id } = message.json<RawResult>();
      const arrived = waiting.get(id);
      waiting.delete(id);
      arrived?.();
    },
  });
  const send = (id: string): Promise<void> => {
    const call: RawCall = { id, name: "bench.add", args: [2, 2], reply: client };
    return publisher.publish(RAW.taskSubject, JSON.stringify(call));
  };
  return {
    send: () => send(crypto.randomUUID()),
    call: async () => {
      const id = crypto.randomUUID();
      const arrived = new Promise<void>((resolve) => waiting.set(id, resolve));
      await send(id);
      await arrived;
    },
    close: () => nats.close(),
  };
}
