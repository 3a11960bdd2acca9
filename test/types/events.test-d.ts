// Handlers of events know the events that their pattern is for; one's own are declared.

import type { EventEnvelope, TaskContext, UnknownEvent } from "@troupe/core";
import { same } from "./same.ts";
import { app } from "./tasks.ts";

declare module "@troupe/core" {
  interface EventMap {
    "order-paid": { type: "order-paid"; total: number };
    "order-shipped": { type: "order-shipped"; to: string };
  }
}

await app.events.subscribe("task-failed", ({ type, uuid, exception, traceback, clock }) => {
  same<typeof type, "task-failed">();
  same<typeof uuid, string>();
  same<typeof exception, string>();
  same<typeof traceback, string | null>();
  same<typeof clock, number>();
});
await app.events.subscribe("worker-*", (event) => {
  same<typeof event.type, "worker-online" | "worker-heartbeat" | "worker-offline">();
  event.loadavg.map((load) => load.toFixed(2));
});
await app.events.subscribe("task-*", (event) => {
  if (event.type === "task-succeeded") same<typeof event.runtimeMs, number>();
  // @ts-expect-error -- not every event of a task has a result
  return event.result;
});
await app.events.subscribe("order-*", (event) => {
  same<typeof event.type, "order-paid" | "order-shipped">();
  return event.type === "order-paid" ? event.total.toFixed(2) : event.to.trim();
});
await app.events.subscribe("order-paid", (event) => {
  same<EventEnvelope["hostname"], typeof event.hostname>();
  return event.total.toFixed(2);
});
await app.events.subscribe("thing-*", (event) => {
  same<typeof event, UnknownEvent>();
});
const stop = await app.events.subscribe("*", ({ type }) => type, {
  durable: "billing",
  from: new Date(),
  maxDeliveries: 2,
});
same<typeof stop, () => Promise<void>>();
// @ts-expect-error -- there is no such option
await app.events.subscribe("*", () => {}, { name: "billing" });

await app.events.send("order-paid", { total: 3 });
// @ts-expect-error -- a total is a number
await app.events.send("order-paid", { total: "3" });
await app.events.send("thing-done", { anything: [1] });

export const paying = app.task("t.paying", async function (this: TaskContext, total: number) {
  await this.sendEvent("order-paid", { total });
  // @ts-expect-error -- it has a total
  await this.sendEvent("order-paid", {});
});
