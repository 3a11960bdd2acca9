// `report`: what to paste into a bug report. Settings are censored; nothing is connected.

import { cpus, release, type as system } from "node:os";
import { brokerText, type Troupe, VERSION } from "@troupe/core";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { LoadedApp } from "../load-app.ts";
import { oneLine } from "../output/plain-text.ts";
import { jsonText } from "../output/value-text.ts";
import type { Session, Start } from "../session.ts";

/** Adds the command. */
export function addReport(program: Command, start: Start): void {
  program
    .command("report")
    .summary("show versions and settings for a bug report")
    .description(
      "Shows versions, platform and, with -A, the application's settings that differ from their defaults.\n" +
        "Passwords, tokens and keys are left out, so that it can be pasted into a bug report.",
    )
    .action((_options: unknown, command: Command) => start(command, report));
}

async function report(session: Session): Promise<ExitCode> {
  const { output } = session;
  const facts = {
    software: { troupe: VERSION, node: process.version },
    platform: { system: `${system()} ${release()}`, arch: process.arch, cpus: cpus().length },
    ...(session.hasApp && describe(await session.load())),
  };
  if (output.json) output.print(jsonText(facts, 2));
  else for (const [title, members] of Object.entries(facts)) output.print(section(title, members));
  return EXIT.done;
}

function describe({ app, file }: LoadedApp): Readonly<Record<string, object>> {
  return {
    app: { name: app.name, module: file },
    broker: { address: brokerText(app.conf.broker) },
    settings: changedSettings(app),
  };
}

// The broker has a line of its own.
function changedSettings(app: Troupe): object {
  return Object.fromEntries(Object.entries(app.conf.censored()).filter(([name]) => name !== "broker"));
}

function section(title: string, members: object): string {
  const rows = Object.entries(members).map(
    ([name, value]) => `  ${name}: ${typeof value === "string" ? oneLine(value) : jsonText(value)}`,
  );
  return [`${title} ->`, ...(rows.length === 0 ? ["  all default"] : rows)].join("\n");
}
