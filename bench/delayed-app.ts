// The application whose tasks wait for their time.

import { type Task, type TaskContext, Troupe } from "@troupe/core";

/** @param onStart - Told how late a task is started, in milliseconds. */
export function makeDelayedApp(broker: string, onStart: (lateMs: number) => void): [Troupe, Task<[], null>] {
  const app = new Troupe("bench-delayed", { broker, namespace: "bench-delayed" });
  const due = app.task("bench.due", { ignoreResult: true }, function (this: TaskContext): void {
    if (this.eta !== null) onStart(Date.now() - this.eta.getTime());
  });
  return [app, due];
}
