// The banner of a worker: what it is, where it connects, what it consumes and what it can run.

import type { PoolName, Troupe, Worker } from "@troupe/core";
import { brokerText, VERSION } from "@troupe/core";
import { oneLine } from "../output/plain-text.ts";

/** What a banner tells. */
export interface BannerFacts {
  readonly hostname: string;
  readonly version: string;
  readonly platform: string;
  readonly node: string;
  readonly started: string;
  readonly pid: number;
  readonly broker: string;
  readonly app: string;
  readonly concurrency: number;
  readonly autoscale: { readonly max: number; readonly min: number } | null;
  readonly pool: PoolName;
  /** Whether events tell of its tasks. */
  readonly events: boolean;
  readonly queues: readonly string[];
  readonly tasks: readonly string[];
}

/** Gathers what the banner tells. @param file - module of the application. */
export function bannerFacts(app: Troupe, worker: Worker, file: string): BannerFacts {
  const broadcast = app.queues.bindings().flatMap(({ queue, broadcast: is }) => (is ? [queue] : []));
  return {
    hostname: worker.hostname,
    version: VERSION,
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    started: new Date().toISOString(),
    pid: process.pid,
    broker: brokerText(app.conf.broker),
    app: `${app.name} (${file})`,
    concurrency: worker.concurrency,
    autoscale: worker.autoscale,
    pool: worker.pool,
    events: worker.tellsTasks,
    queues: worker.queues.map((queue) => (broadcast.includes(queue) ? `${queue} (broadcast)` : queue)),
    tasks: [...app.tasks.keys()].sort(),
  };
}

const TOP = ["--------------", "-- ******** --", "-- ******** --"];
const STEM = "----- ** -----";
const FOOT = "--------------";

/** The banner as text. */
export function bannerText(facts: BannerFacts): string {
  const rows = [
    `${facts.hostname} v${facts.version}`,
    "",
    `${facts.platform}, node ${facts.node}, pid ${facts.pid}, ${facts.started}`,
    "",
    "[Configuration]",
    `. broker:      ${facts.broker}`,
    `. app:         ${facts.app}`,
    `. concurrency: ${slotsText(facts)} (${facts.pool})`,
    `. events:      ${facts.events ? "ON" : "OFF (enable -E to monitor tasks in this worker)"}`,
    "",
    "[Queues]",
    ...facts.queues.map((queue) => `. ${queue}`),
  ];
  const emblem = rows.map((row, index) => `${TOP[index] ?? STEM} ${oneLine(row)}`.trimEnd());
  return [...emblem, FOOT, "", "[Tasks]", ...tasksOf(facts)].join("\n");
}

function slotsText({ concurrency, autoscale }: BannerFacts): string {
  return autoscale ? `{min=${autoscale.min}, max=${autoscale.max}}` : String(concurrency);
}

function tasksOf({ tasks }: BannerFacts): string[] {
  return tasks.length === 0
    ? ["  none: import their modules, or name them in include"]
    : tasks.map((name) => `  . ${name}`);
}
