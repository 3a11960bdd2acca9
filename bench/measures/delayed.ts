// 100,000 tasks that wait for their time: what they cost a worker while they wait, and how late they start. They fall due evenly,
// at a rate that leaves the worker and the broker idle for most of the time.

import { setTimeout as sleep } from "node:timers/promises";
import type { BenchRun } from "../bench-run.ts";
import { perSecond } from "../contender.ts";
import { makeDelayedApp } from "../delayed-app.ts";
import { WorkerProcess } from "../orders.ts";
import { type Finding, megabytes, milliseconds } from "../report.ts";

const TASKS = 100_000;
const PER_SECOND = 1_000;
/** All of them are stored by then. */
const FIRST_DUE_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
/** What is not there by then is lost. */
const PATIENCE_MS = 120_000;
const MOST_BYTES = 50e6;
const MOST_LATE_MS = 1_000;

export async function delayed(run: BenchRun): Promise<Finding[]> {
  await run.clean();
  const { url } = run.server;
  const [app, due] = makeDelayedApp(url, () => undefined);
  await using _closed = app;
  await using worker = await WorkerProcess.start("./delayed-worker.ts", url);
  await worker.consume();
  const before = await worker.memory();
  const firstDue = Date.now() + FIRST_DUE_MS;
  let sent = 0;
  await perSecond(TASKS, async () => {
    await due.applyAsync([], { eta: new Date(firstDue + (sent++ * 1_000) / PER_SECOND) });
  });
  if (Date.now() > firstDue) throw new Error("not all tasks were stored before the first of them was due");
  const waiting = await worker.memory();
  // Nobody looks before the last is due: that would be work for the worker.
  const lastDue = firstDue + (TASKS * 1_000) / PER_SECOND;
  await sleep(lastDue + LOOK_EVERY_MS - Date.now());
  let late = await worker.lateness();
  for (; late.started < TASKS && Date.now() < lastDue + PATIENCE_MS; late = await worker.lateness())
    await sleep(LOOK_EVERY_MS);
  await worker.rest();
  if (late.started !== TASKS) throw new Error(`${late.started} of ${TASKS} delayed tasks were started`);
  const cost = Math.max(waiting.rss - before.rss, 0);
  const tasks = TASKS.toLocaleString("en");
  return [
    finding(`worker's process, for ${tasks} tasks that wait; ratio to 50 MB`, megabytes(cost), cost / MOST_BYTES),
    finding("their lateness, p99; ratio to 1 s", milliseconds(late.p99), late.p99 / MOST_LATE_MS),
    { what: "their lateness, p50", troupe: milliseconds(late.p50), raw: "", ratio: null, target: null },
    {
      what: "the earliest of them, after its time; ratio of those that were too early",
      troupe: milliseconds(late.least),
      raw: "",
      ratio: late.least < 0 ? 1 : 0,
      target: { atMost: 0 },
    },
  ];
}

function finding(what: string, troupe: string, ratio: number): Finding {
  return { what, troupe, raw: "", ratio, target: { atMost: 1 } };
}
