// A running task on one line, for `inspect active`.

import type { ActiveTask } from "@troupe/core";
import { oneLine } from "./plain-text.ts";

/** Whether a reply's item is a running task; it comes from the wire. */
export function isActiveTask(item: unknown): item is ActiveTask {
  if (typeof item !== "object" || item === null) return false;
  const text = (key: string): boolean => typeof Reflect.get(item, key) === "string";
  const number = (key: string): boolean => typeof Reflect.get(item, key) === "number";
  const info: unknown = Reflect.get(item, "deliveryInfo");
  const hasQueue = typeof info === "object" && info !== null && typeof Reflect.get(info, "queue") === "string";
  return ["id", "name", "type", "args", "kwargs"].every(text) && ["timeStart", "retries"].every(number) && hasQueue;
}

/** `proj.tasks.add[<id>] args=[ 2, 2 ] kwargs={} queue=default started=<time> retries=0` */
export function shownTask(task: ActiveTask): string {
  const type = task.type === task.name ? "" : ` type=${task.type}`;
  const redelivered = task.deliveryInfo.redelivered ? " redelivered" : "";
  return oneLine(
    `${task.name}[${task.id}]${type} args=${task.args} kwargs=${task.kwargs} queue=${task.deliveryInfo.queue} ` +
      `started=${timeText(task.timeStart)} retries=${task.retries}${redelivered}`,
  );
}

function timeText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? "unknown" : date.toISOString();
}
