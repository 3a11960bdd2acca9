// The pages say what the code says: options, settings, errors, names, files and links are compared with it, examples are
// compiled and run.

import { existsSync } from "node:fs";
import path from "node:path";
import { AsyncResult, DependencyGraph, GroupResult, ResultSet } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeProgram } from "../packages/cli/src/program.ts";
import { DEFAULT_SETTINGS } from "../packages/core/src/app/config.ts";
import { Control } from "../packages/core/src/client/control.ts";
import { Inspect } from "../packages/core/src/client/inspect.ts";
import { MemberResults } from "../packages/core/src/client/member-results.ts";
import { ResultNode } from "../packages/core/src/client/result-tree.ts";
import { ClusterState } from "../packages/core/src/events/cluster-state.ts";
import { type Duration, durationMs } from "../packages/core/src/model/duration.ts";
import * as errors from "../packages/core/src/model/errors.ts";
import { EVENT_FIELDS } from "../packages/core/src/model/event-fields.ts";
import { DEFAULT_LIMITS } from "../packages/core/src/transport/memory/memory-options.ts";
import { TaskContext } from "../packages/core/src/worker/task-context.ts";
import { resolveConfig } from "../packages/nats-transport/src/config.ts";
import { ExampleFolder, examples } from "./docs/examples.ts";
import {
  anchors,
  codeWords,
  fences,
  filesIn,
  links,
  pages,
  prose,
  root,
  section,
  tableRows,
  textOf,
} from "./docs/markdown.ts";
import { importTable, laterOptions, membersOf, unionOf } from "./docs/source.ts";

/** Names in the first column of a table. */
function named(text: string, firstHeading: string): string[] {
  return tableRows(text, firstHeading).flatMap(([first = ""]) => codeWords(first));
}

/** The names that a page lists as refused. */
function refused(text: string): string[] {
  const paragraph = /^(?:Refused in this release|These are known but refused)[^:]*: (.*?)\n\n/ms.exec(text)?.[1] ?? "";
  return codeWords(paragraph);
}

const core = "packages/core/src";
const natsOptions = "packages/nats-transport/src/options.ts";

describe("docs/configuration.md", () => {
  const page = textOf("docs/configuration.md");

  it("has every setting and no other", () => {
    expect(named(page, "setting").sort()).toEqual(Object.keys(DEFAULT_SETTINGS).sort());
  });

  it.each(tableRows(page, "setting"))("gives the default of %s", (name, defaultCell) => {
    const [setting = ""] = codeWords(name ?? "");
    const actual = new Map<string, unknown>(Object.entries(DEFAULT_SETTINGS)).get(setting);
    const [documented = ""] = codeWords(defaultCell ?? "");
    const value: unknown = JSON.parse(documented);
    const isDuration = typeof actual === "number" && typeof value === "string";
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- durationMs refuses what is no duration
    expect(isDuration ? durationMs(value as Duration, setting) : value).toEqual(actual);
  });

  it("has every setting of later versions", () => {
    expect(refused(page).sort()).toEqual(laterOptions(`${core}/app/config.ts`).sort());
  });
});

describe("option tables", () => {
  it.each([
    { table: "tasks.md#Options", of: "model/task-options.ts", name: "TaskOptions" },
    { table: "calling.md#Options", of: "model/apply-options.ts", name: "ApplyOptions" },
    { table: "calling.md#Retry policy", of: "model/apply-options.ts", name: "RetryPolicy" },
    { table: "unique.md#Options", column: "option of `unique`", of: "model/unique-options.ts", name: "UniqueOptions" },
    { table: "calling.md#Results", column: "option of `get`", of: "client/get-results.ts", name: "GetOptions" },
    { table: "routing.md#Routes", column: "option of a route", of: "app/router.ts", name: "RouteOptions" },
    {
      table: "routing.md#Declared queues",
      column: "option of a declared queue",
      of: "app/declared-queues.ts",
      name: "QueueOptions",
    },
    {
      table: "routing.md#A stream of its own",
      column: "option of `stream`",
      of: "app/declared-queues.ts",
      name: "QueueStreamOptions",
    },
    { table: "workers.md#Options", of: "worker/worker-options.ts", name: "WorkerOptions" },
    { table: "events.md#Subscribing", of: "events/subscribe-options.ts", name: "SubscribeOptions" },
    { table: "events.md#Cameras", of: "events/camera.ts", name: "CameraOptions" },
    { table: "workers.md#Stopping", column: "option of `stop`", of: "worker/stop-options.ts", name: "StopOptions" },
    {
      table: "control.md#Commands of your own",
      column: "member of an argument",
      of: "model/user-command.ts",
      name: "CommandArgument",
    },
    { table: "control.md#Whom and how long", of: "client/ask-options.ts", name: "AskOptions" },
    {
      table: "revoking.md#Revoking",
      column: "option of `revoke`",
      of: "model/revoke-options.ts",
      name: "RevokeOptions",
    },
    {
      table: "testing.md#Options of the memory transport",
      of: "transport/memory/memory-options.ts",
      name: "MemoryTransportOptions",
    },
    { table: "nats.md#Transport options", of: natsOptions, name: "NatsTransportOptions" },
    { table: "nats.md#Limits", column: "limit", of: natsOptions, name: "StreamSizes", prefix: "maxBytes." },
    {
      table: "nats.md#Credentials and encryption",
      column: "option of `tls`",
      of: natsOptions,
      name: "TlsSettings",
    },
  ])("docs/$table has the members of $name", ({ table, column = "option", of, name, prefix = "" }) => {
    const [page = "", heading = ""] = table.split("#");
    const documented = named(section(textOf(`docs/${page}`), heading), column).filter((word) =>
      word.startsWith(prefix),
    );
    const members = membersOf(of === natsOptions ? of : `${core}/${of}`, name);
    expect(documented.sort()).toEqual(members.map((member) => prefix + member).sort());
  });

  it("docs/nats.md gives the defaults of the NATS transport", () => {
    const { pullExpiresMs: pullExpires, servers, ...rest } = resolveConfig({});
    const actual = new Map<string, unknown>(Object.entries({ ...rest, pullExpires, servers: servers.address }));
    const rows = tableRows(section(textOf("docs/nats.md"), "Transport options"), "option");
    const documented = rows.flatMap(([name = "", cell = ""]) =>
      codeWords(cell).map((value) => [codeWords(name)[0] ?? "", JSON.parse(value)] as const),
    );
    expect(documented).toHaveLength(8);
    expect(documented).toEqual(documented.map(([name]) => [name, actual.get(name)]));
  });

  it("docs/testing.md gives the defaults of the memory transport", () => {
    const rows = tableRows(section(textOf("docs/testing.md"), "Options of the memory transport"), "option");
    const documented = rows.map(([name = "", cell = ""]) => [codeWords(name)[0] ?? "", quantity(cell)] as const);
    expect(Object.fromEntries(documented.filter(([, value]) => value !== null))).toEqual(DEFAULT_LIMITS);
  });
});

/** `1,000,000` or `1 GiB` as a number; null for words. */
function quantity(text: string): number | null {
  const [, digits = "", unit] = /^([\d,]+)(?: (MiB|GiB))?$/.exec(text) ?? [];
  const factor = unit === "GiB" ? 1024 ** 3 : unit === "MiB" ? 1024 ** 2 : 1;
  return digits === "" ? null : Number(digits.replaceAll(",", "")) * factor;
}

/** The members that users see of instances of some classes, but for plain fields. */
function membersOfAll(...classes: readonly { readonly prototype: object }[]): string[] {
  return classes
    .flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype))
    .filter((name) => name !== "constructor");
}

/** Names of members in the first column of a table. */
function membersIn(text: string, firstHeading: string): string[] {
  return named(text, firstHeading).map((name) => name.replace(/\(.*/, ""));
}

describe("docs/events.md", () => {
  const sent = section(textOf("docs/events.md"), "Which are sent");

  it("has every event with its fields, and no other", () => {
    const rows = tableRows(sent, "event").map(([name = "", , fields = ""]) => [
      codeWords(name)[0] ?? "",
      codeWords(fields),
    ]);
    const actual = Object.entries(EVENT_FIELDS).map(([name, fields]) => [name, Object.keys(fields)]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(actual));
  });

  it("has every member of the state", () => {
    const own = Object.getOwnPropertyNames(new ClusterState({ now: () => 0, drifted: () => {} }));
    const documented = membersIn(section(textOf("docs/events.md"), "The state of the cluster"), "member");
    expect(documented.sort()).toEqual([...membersOfAll(ClusterState), ...own, "ready", "close"].sort());
  });

  it("says what every field is", () => {
    const fields = Object.values(EVENT_FIELDS).flatMap((of) => Object.keys(of));
    const envelope = membersOf(`${core}/model/event-map.ts`, "EventEnvelope");
    expect(named(sent, "field").sort()).toEqual([...new Set([...fields, ...envelope, "type", "uuid"])].sort());
  });
});

describe("docs/hooks.md", () => {
  it("has every hook of an application and no other", () => {
    const documented = named(section(textOf("docs/hooks.md"), "Hooks of an application"), "hook");
    expect(documented.sort()).toEqual(membersOf(`${core}/model/hook-map.ts`, "HookMap").sort());
  });
});

describe("members", () => {
  it("docs/tasks.md has every member of a task's context", () => {
    const own = Object.getOwnPropertyNames(TaskContext.prototype).filter(
      (name) => !["constructor", "abort"].includes(name),
    );
    const documented = named(textOf("docs/tasks.md"), "member").map((name) => name.replace(/\(.*/, ""));
    expect(documented.sort()).toEqual([...own, "deliveryInfo"].sort());
  });

  it("docs/calling.md and docs/results.md have every member of a task's result", () => {
    const documented = [
      ...membersIn(section(textOf("docs/calling.md"), "Results"), "member"),
      ...membersIn(section(textOf("docs/results.md"), "Before and after"), "member"),
    ];
    expect(documented.sort()).toEqual([...membersOfAll(AsyncResult, ResultNode), "id", "parent"].sort());
  });

  it("docs/results.md has every member of a group's result", () => {
    const documented = membersIn(section(textOf("docs/results.md"), "Groups"), "member");
    expect(documented.sort()).toEqual([...membersOfAll(GroupResult, MemberResults), "results"].sort());
  });

  it.each([
    { Class: ResultSet, heading: "Any results", column: "member of a set" },
    { Class: DependencyGraph, heading: "Graphs", column: "member of a graph" },
  ])("docs/results.md has every $column", ({ Class, heading, column }) => {
    expect(membersIn(section(textOf("docs/results.md"), heading), column).sort()).toEqual(membersOfAll(Class).sort());
  });

  it("docs/control.md has every question and every order", () => {
    const page = textOf("docs/control.md");
    expect(membersIn(section(page, "Questions"), "question").sort()).toEqual(membersOfAll(Inspect).sort());
    const others = ["inspect", "waiting"];
    const orders = membersOfAll(Control).filter((name) => !others.includes(name));
    expect(membersIn(section(page, "Orders"), "order").sort()).toEqual(orders.sort());
  });

  it("docs/delivery.md has every state", () => {
    const states = unionOf(`${core}/model/task-state.ts`, "TaskState");
    expect(named(textOf("docs/delivery.md"), "state").sort()).toEqual([...states].sort());
  });
});

type Command = ReturnType<typeof makeProgram>;

describe("docs/cli.md", () => {
  const page = textOf("docs/cli.md");
  const program = makeProgram(async () => undefined);
  const commands = program.createHelp().visibleCommands(program);
  const withOptions = commands.filter((command) => flagsOf(command).length > 0);

  it("has every command and no other", () => {
    const headings = [...page.matchAll(/^## ([a-z]+)$/gm)].map((match) => match[1] ?? "");
    expect(headings.sort()).toEqual(commands.map((command) => command.name()).sort());
  });

  it.each([["Global options", program], ...withOptions.map((command) => [command.name(), command] as const)] as const)(
    "has every option: %s",
    (heading, command) => {
      expect(named(section(page, heading), "option").sort()).toEqual(flagsOf(command).sort());
    },
  );

  it("names what is refused, and nothing else", () => {
    const later = program.commands.filter((command) => !commands.includes(command)).map((command) => command.name());
    const worker = commands.find((command) => command.name() === "worker")?.options ?? [];
    const options = worker.filter(({ hidden }) => hidden).map(({ flags }) => flags.split(/[ ,]/)[0] ?? "");
    expect(codeWords(section(page, "Not in this release")).sort()).toEqual([...later, "worker", ...options].sort());
  });

  it("has every question of inspect", () => {
    const questions = commands.find((command) => command.name() === "inspect")?.commands;
    expect(named(section(page, "inspect"), "question").sort()).toEqual(questions?.map((each) => each.name()).sort());
  });
});

/** The options that a command's help shows; the help option itself is global. */
function flagsOf(command: Command): string[] {
  const flags = command
    .createHelp()
    .visibleOptions(command)
    .map((option) => option.flags);
  return command.parent === null ? flags : flags.filter((flag) => flag !== "-h, --help");
}

describe("docs/errors.md", () => {
  const page = textOf("docs/errors.md");
  const rows = tableRows(page, "code");

  it("has every code once and no other", () => {
    const codes = unionOf(`${core}/model/errors/troupe-error.ts`, "ErrorCode");
    expect(rows.map(([code = ""]) => codeWords(code)[0] ?? "").sort()).toEqual(codes.sort());
  });

  it("gives the class of each code", () => {
    const classes = Object.values(errors).filter((value) => value.prototype instanceof errors.TroupeError);
    const actual = classes.map((value) => {
      const error: unknown = Reflect.construct(value, ["text", "text"]);
      return [error instanceof errors.TroupeError ? error.code : "", value.name];
    });
    const documented = rows.map(([code = "", name = ""]) => [codeWords(code)[0] ?? "", codeWords(name)[0] ?? ""]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(actual));
  });
});

describe("ARCHITECTURE.md", () => {
  const page = textOf("ARCHITECTURE.md");

  it("has the import table", () => {
    const documented = tableRows(page, "folder of `core/src`").map(([folder = "", others = ""]) => [
      codeWords(folder)[0] ?? "",
      codeWords(others),
    ]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(importTable()));
  });

  it("draws the import table", () => {
    const picture = fences(page).find(({ info }) => info === "mermaid")?.text ?? "";
    const arrows = [...picture.matchAll(/^ *(\w+)(?:\[.*?\])? --> (\w+)/gm)].map(([, from = "", to = ""]) => [
      from,
      to,
    ]);
    const reached = (from: string): string[] =>
      arrows.filter(([start]) => start === from).flatMap(([, to = ""]) => [to, ...reached(to)]);
    const drawn = [...importTable().keys()].map((folder) => [folder, [...new Set(reached(folder))].sort()] as const);
    const table = [...importTable()].map(([folder, others]) => [folder, [...others].sort()] as const);
    expect(drawn).toEqual(table);
  });

  it("follows a call through at most nine files", () => {
    const steps = section(page, "From `delay` to `get`").match(/^\d+\. `[^`]+`/gm) ?? [];
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.length).toBeLessThanOrEqual(9);
  });
});

describe("README.md", () => {
  it("has the two commands", () => {
    const commands = fences(textOf("README.md")).map(({ text }) => text);
    expect(commands).toContain("npm ci && npm start\n");
    expect(commands).toContain("npm ci && npm test\n");
  });
});

const files = filesIn().map((file) => `/${file}`);

/** Whether there is a file that a page names: by the end of its path, in which `core/…` may stand for `core/src/…`. */
function isFile(name: string): boolean {
  const spelled = name.replace(/^(core|nats-transport|cli)\/(?!src\/|test\/)/, "$1/src/");
  return files.some((file) => file.endsWith(`/${name}`) || file.endsWith(`/${spelled}`));
}

describe.each(pages())("%s", (page) => {
  const text = textOf(page);

  it("links to what there is", () => {
    const broken = links(text).filter((link) => {
      const [target = "", anchor] = link.split("#");
      if (/^[a-z]+:/.test(target)) return false;
      const file = target === "" ? page : path.posix.join(path.posix.dirname(page), target);
      if (!existsSync(path.join(root, file))) return true;
      return anchor !== undefined && !anchors(textOf(file)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("names files that exist", () => {
    const names = codeWords(prose(text)).filter((word) => /^[\w.-]+(?:\/[\w.-]+)*\.(?:ts|sh|md|cjs)$/.test(word));
    expect(names.filter((name) => !isFile(name))).toEqual([]);
  });

  it("shows files as they are", () => {
    const shown = fences(text).map((fence) => ({ ...fence, file: /\bfile=(\S+)/.exec(fence.info)?.[1] ?? null }));
    const stale = shown.filter((fence) => fence.file !== null && !textOf(fence.file).includes(fence.text));
    expect(stale).toEqual([]);
  });
});

describe("examples", () => {
  const all = examples();
  let folder: ExampleFolder;
  beforeAll(() => {
    folder = new ExampleFolder(all);
  });
  afterAll(() => folder[Symbol.dispose]());

  it("compile", async () => {
    expect(await folder.compile()).toEqual({ succeeded: true, output: "" });
  });

  it.each(all.filter(({ runs }) => runs))("$where runs", async (example) => {
    expect(await folder.run(example)).toEqual({ succeeded: true, output: expect.any(String) });
  });
});
