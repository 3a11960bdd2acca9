// Writes docs/machines.md from the state machines themselves, so that the drawing cannot differ from the code. Every file
// `*-machine.ts` under packages/core/src that exports a machine is in it: its opening comment, a diagram of its states,
// events and actions, and what the actions do. With `--check` it writes nothing and fails when the page is stale.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root, sourceFiles } from "./source-files.ts";

/** What this script reads of an XState machine. */
interface Machine {
  readonly id: string;
  readonly definition: object;
}

interface StateDefinition {
  readonly key: string;
  readonly type: string;
  readonly initial: { readonly target: readonly string[] };
  readonly states: Readonly<Record<string, StateDefinition>>;
  readonly entry: readonly Action[];
  readonly exit: readonly Action[];
  readonly transitions: readonly {
    readonly eventType: string;
    readonly target?: readonly string[];
    readonly actions: readonly Action[];
  }[];
}

type Action = string | { readonly type: string };

const PAGE = "docs/machines.md";

const INTRODUCTION = `<!-- Written by \`npm run diagrams\` from the machines; change those, not this page. -->

# State machines

Every part of Troupe that has a life of its own is an XState machine. A machine is pure: it names its actions, and the file
beside it provides them. In the diagrams, \`EVENT / action\` is a transition, \`entry / action\` is done on entering a state.
An event that a state has no arrow for is ignored there; no arrow leaves a final state.
`;

function isMachine(value: unknown): value is Machine {
  return typeof value === "object" && value !== null && "definition" in value && "root" in value && "id" in value;
}

function nameOf(action: Action): string {
  return typeof action === "string" ? action : action.type;
}

function label(event: string, actions: readonly Action[]): string {
  return [event, ...actions.map(nameOf)].join(" / ");
}

/** Last part of a state's id: `#task.PENDING` is `PENDING`. */
function stateOf(target: string): string {
  return target.slice(target.lastIndexOf(".") + 1);
}

function stateLines(state: StateDefinition): string[] {
  const done = [
    ...state.entry.map((action) => `entry / ${nameOf(action)}`),
    ...state.exit.map((action) => `exit / ${nameOf(action)}`),
  ];
  // Two descriptions: the first is the title of the box, the others stand in it.
  const described = done.length === 0 ? [] : [state.key, ...done].map((text) => `${state.key} : ${text}`);
  const arrows = state.transitions.flatMap(({ eventType, target, actions }) =>
    (target ?? [`.${state.key}`]).map((to) => `${state.key} --> ${stateOf(to)} : ${label(eventType, actions)}`),
  );
  return [...described, ...arrows, ...(state.type === "final" ? [`${state.key} --> [*]`] : [])];
}

function diagram({ id, definition }: Machine): string {
  // As JSON, a target is the id of its state; before, it is the state itself.
  const machine: StateDefinition = JSON.parse(JSON.stringify(definition));
  const states = Object.values(machine.states);
  const nested = states.find((state) => Object.keys(state.states).length > 0);
  if (nested)
    throw new Error(`state "${nested.key}" of machine "${id}" has states of its own: teach this script to draw them`);
  const lines = [...machine.initial.target.map((to) => `[*] --> ${stateOf(to)}`), ...states.flatMap(stateLines)];
  return ["```mermaid", "stateDiagram-v2", ...lines.map((line) => `  ${line}`), "```"].join("\n");
}

/** The file's opening comment, as paragraphs. */
function openingComment(source: string): string {
  const lines = source.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ""))
    .join("\n");
}

/** What the actions do: the comments of the interface that the runtime implements. */
function actionTable(source: string): string {
  const steps = /interface \w+Steps \{\n([\s\S]*?)\n\}/.exec(source)?.[1] ?? "";
  const rows = [...steps.matchAll(/\/\*\*([\s\S]*?)\*\/\s*(\w+)\(\): void;/g)].map(([, comment = "", name = ""]) => {
    const text = comment.replaceAll(/\s*\n\s*\* ?/g, " ").trim();
    return `| \`${name}\` | ${text} |`;
  });
  return rows.length === 0 ? "" : ["| action | what it does |", "|---|---|", ...rows].join("\n");
}

async function section(file: string): Promise<string[]> {
  const source = readFileSync(path.join(root, file), "utf8");
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(path.join(root, file)).href);
  const machines = Object.values(module).filter(isMachine);
  if (machines.length === 0) throw new Error(`${file} exports no machine; name the file otherwise, or export it`);
  return machines.map((machine) => {
    const title = `## ${machine.id.slice(0, 1).toUpperCase()}${machine.id.slice(1)}`;
    const link = `Source: [\`${path.basename(file)}\`](../${file})`;
    return [title, openingComment(source), link, diagram(machine), actionTable(source)].filter(Boolean).join("\n\n");
  });
}

const files = sourceFiles()
  .filter((file) => /^packages\/core\/src\/.*-machine\.ts$/.test(file))
  .sort();
if (files.length === 0) throw new Error("no file *-machine.ts was found under packages/core/src");
const sections = await Promise.all(files.map(section));
const page = `${[INTRODUCTION.trimEnd(), ...sections.flat()].join("\n\n")}\n`;
const target = path.join(root, PAGE);

if (!process.argv.includes("--check")) {
  writeFileSync(target, page);
  console.log(`${PAGE}: ${sections.flat().length} machines`);
} else if (!existsSync(target) || readFileSync(target, "utf8") !== page) {
  console.error(`${PAGE} is not what the machines say: run \`npm run diagrams\` and commit the page`);
  process.exitCode = 1;
} else {
  console.log(`${PAGE} is up to date: ${sections.flat().length} machines`);
}
