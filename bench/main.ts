// `npm run bench`: measures Troupe over NATS beside the same work done with JetStream alone, and prints a table.
//
// Both sides run in the same run, on the same server, in turns; compare the ratios, not the figures. Nothing here gates a
// release: a miss is printed, the exit code tells only whether everything could be measured.

import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { VERSION } from "@troupe/core";
import { BenchRun, FULL, QUICK } from "./bench-run.ts";
import { canvas } from "./measures/canvas.ts";
import { delayed } from "./measures/delayed.ts";
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
  canvas,
  delayed,
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

const base = options.full ? FULL : QUICK;
const rounds = Number(options.rounds ?? base.rounds);

/** Measures, prints the table as soon as it is there. @returns what is to be recorded. */
async function measure(names: readonly string[]): Promise<string> {
  await using run = await BenchRun.start({ ...base, rounds });
  const conditions = `Troupe ${VERSION}; ${describeMachine(run.server.version)}; medians of ${rounds} rounds`;
  console.log(`${conditions}\n`);
  const findings: Finding[] = [];
  for (const name of names) {
    console.error(`measuring ${name} …`);
    findings.push(...((await MEASURES[name]?.(run)) ?? []));
  }
  console.log(table(findings));
  return `${conditions}.\n\n${table(findings)}\n`;
}

async function record(report: string): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const text = `# Benchmark results\n\nRecorded by \`npm run bench -- --record\` on ${day}. [README.md](README.md) says what is measured.\n\n${report}`;
  await writeFile(new URL("RESULTS.md", import.meta.url), text);
}

const isKnown = options.only.every((name) => Object.hasOwn(MEASURES, name)) && Number.isInteger(rounds) && rounds > 0;
if (options.help || !isKnown) {
  console.log(HELP);
  process.exitCode = options.help ? 0 : 2;
} else {
  const report = await measure(options.only);
  if (options.record) await record(report);
}
