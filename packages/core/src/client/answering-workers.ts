// The workers that answer, with what bears on when they start a task.

import { isPlainObject } from "../model/option-rules.ts";
import type { AskPorts } from "./ask-workers.ts";
import { Inspect } from "./inspect.ts";
import type { AnsweringWorker } from "./task-facts.ts";

const REGISTERED = /^(\S+)(?: \[(.*)\])?$/;

/** See the top of the file. */
export async function answeringWorkers(timeoutMs: number, ports: AskPorts): Promise<AnsweringWorker[]> {
  const inspect = new Inspect(ports, { timeout: timeoutMs });
  const [stats, registered, settings] = await Promise.all([
    inspect.stats(),
    inspect.registered("rateLimit", "timeLimit", "softTimeLimit"),
    inspect.conf(),
  ]);
  return Object.entries(stats).map(([hostname, { queues, pool }]) => ({
    hostname,
    queues,
    slots: pool.maxConcurrency,
    running: pool.running,
    timeLimit: pool.timeouts.hard,
    softTimeLimit: pool.timeouts.soft,
    queueRates: ratesIn(settings[hostname]?.["queueRateLimits"]),
    tasks: registered[hostname] ? new Map(registered[hostname].map(taskIn)) : null,
  }));
}

/** `proj.add [rateLimit=10/m timeLimit=2000]` */
function taskIn(text: string): [string, ReadonlyMap<string, string>] {
  const [, name = text, attributes = ""] = REGISTERED.exec(text) ?? [];
  const pairs = attributes.split(" ").map((pair) => pair.split("=", 2));
  return [name, new Map(pairs.map(([key = "", value = ""]) => [key, value]))];
}

function ratesIn(setting: unknown): ReadonlyMap<string, string> {
  return new Map(isPlainObject(setting) ? Object.entries(setting).map(([queue, rate]) => [queue, String(rate)]) : []);
}
