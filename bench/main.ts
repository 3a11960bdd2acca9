// `npm run bench`: measures Troupe over NATS beside the same work done with JetStream alone, and prints a table.
//
// Both sides run in the same run, on the same server, in turns; compare the ratios, not the figures. Nothing here gates a
// release: a miss is printed, the exit code tells only whether everything could be measured.

import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { VERSION } from "@troupe/core";
import { BenchRun, FULL, QUICK } from "./bench-run.ts";
import { embedded } from "./measures/embedded.ts";
import { endToEnd } from "./measures/end-to-end.ts";
import { queueDepth } from "./measures/queue-depth.ts";
import { roundTrip } from "./measures/round-trip.ts";
import { throughput } from "./measures/throughput.ts";
import { workerMemory } from "./measures/worker-memory.ts";
import { describeMachine, type Finding, table } from "./report.ts";

const MEASURES: Readonly<Record<string, (run: BenchRun) => Promise<Finding[]>>> = {
  throughput,
  "end-to-end": endToEnd,
  "round-trip": roundTrip,
  "queue-depth": queueDepth,
  memory: workerMemory,
  embedded,
};

const HELP = `npm run bench -- [--only ${Object.keys(MEASURES).join("|")}]... [--rounds n] [--full] [--record]

  --only    one measure; may be repeated
  --rounds  recorded rounds of each measure; more rounds, steadier medians
  --full    longer rounds
  --record  write the table to bench/RESULTS.md`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: Object.keys(MEASURES) },
    rounds: { type: "string" },
    full: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

async function measure(names: readonly string[]): Promise<string> {
  const base = options.full ? FULL : QUICK;
  await using run = await BenchRun.start({ ...base, rounds: Number(options.rounds ?? base.rounds) });
  const machine = `Troupe ${VERSION}; ${describeMachine(run.server.version)}`;
  console.log(`${machine}\n${run.extent.rounds} rounds, medians\n`);
  const findings: Finding[] = [];
  for (const name of names) {
    console.error(`measuring ${name} …`);
    findings.push(...((await MEASURES[name]?.(run)) ?? []));
  }
  console.log(table(findings));
  return `${machine}\n\n${run.extent.rounds} rounds, medians.\n\n${table(findings)}\n`;
}

const unknown = options.only.find((name) => !Object.hasOwn(MEASURES, name));
if (options.help || unknown !== undefined) {
  console.log(HELP);
  process.exitCode = unknown === undefined ? 0 : 2;
} else {
  const report = await measure(options.only);
  if (options.record) await writeFile(new URL("RESULTS.md", import.meta.url), `# Benchmark results\n\n${report}`);
}
