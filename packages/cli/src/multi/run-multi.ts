// The commands of `multi`: a row each.

import { durationMs } from "@troupe/core";
import { EXIT, type ExitCode, usageError } from "../exit-code.ts";
import { jsonText } from "../output/value-text.ts";
import { parseDuration } from "../parse-values.ts";
import type { Session } from "../session.ts";
import { expandFile } from "../worker/file-template.ts";
import type { MultiWords } from "./multi-words.ts";
import { lastOf, type Node, nodesOf } from "./nodes.ts";
import { Outline } from "./outline.ts";
import { quoted } from "./quoted.ts";
import { startNode, startNodes, worst } from "./start-nodes.ts";
import { signalNodes, waitForNodes } from "./stop-nodes.ts";

/** What a command of `multi` works with. */
interface MultiCall {
  readonly words: MultiWords;
  readonly nodes: readonly Node[];
  readonly outline: Outline;
  /** First word, where the command takes one before the nodes. */
  readonly first: string;
  readonly session: Session;
}

/** A command of `multi`. */
export interface MultiCommand {
  readonly help: string;
  /** What its first word is, if that is no node. */
  readonly takes?: string;
  readonly run: (call: MultiCall) => ExitCode | Promise<ExitCode>;
}

/** By name. */
export const MULTI_COMMANDS: ReadonlyMap<string, MultiCommand> = new Map<string, MultiCommand>([
  ["start", { help: "start nodes", run: start }],
  ["stop", { help: "send a signal to nodes, TERM if none is given: -9, -QUIT; do not wait", run: stop }],
  ["stopwait", { help: "stop nodes and wait until they are gone", run: stopWait }],
  ["restart", { help: "stop nodes and start each as soon as it is gone", run: restart }],
  ["kill", { help: "end nodes at once; their tasks run again elsewhere", run: kill }],
  ["show", { help: "print the command lines that start would run", run: show }],
  ["names", { help: "print the full names of nodes", run: names }],
  ["get", { help: "print the command line of one of the nodes: get <node> <nodes...>", takes: "a node", run: get }],
  [
    "expand",
    { help: "print a text for each node, with its tokens: expand <text> <nodes...>", takes: "a text", run: expand },
  ],
]);

/** Other names. */
export const MULTI_ALIASES: ReadonlyMap<string, string> = new Map([["stop_verify", "stopwait"]]);

/** Runs a command. @throws {CliError} the nodes are named wrongly. */
export function runMultiCommand(
  command: MultiCommand,
  parsed: MultiWords,
  session: Session,
): ExitCode | Promise<ExitCode> {
  const [first = "", ...others] = parsed.names;
  if (command.takes && first === "") throw usageError(`the command needs ${command.takes} before the nodes`);
  const words = command.takes ? { ...parsed, names: others } : parsed;
  const outline = new Outline(session.output, (text) => process.stdout.write(text));
  return command.run({ words, nodes: nodesOf(words, session.folder), outline, first, session });
}

function has(words: MultiWords, key: string): boolean {
  return words.options.some((option) => option.isOwn && option.key === key);
}

function splash({ outline, words }: MultiCall): void {
  if (!has(words, "nosplash")) outline.splash();
}

async function start(call: MultiCall): Promise<ExitCode> {
  const { outline, nodes } = call;
  splash(call);
  outline.heading("Starting nodes...");
  if (has(call.words, "verbose")) for (const node of nodes) outline.line(`\t${lineOf(node)}`);
  const code = await startNodes(nodes, (step) => outline.step(step));
  outline.end();
  return code;
}

function stop(call: MultiCall): ExitCode {
  splash(call);
  return signalled(call, call.words.signal ?? "SIGTERM", "Stopping nodes...");
}

function kill(call: MultiCall): ExitCode {
  splash(call);
  return signalled(call, "SIGKILL", "Killing nodes...");
}

function signalled({ outline, nodes }: MultiCall, signal: NodeJS.Signals, heading: string): ExitCode {
  outline.heading(heading);
  const reached = signalNodes(nodes, signal, outline);
  outline.end();
  return reached.length === nodes.length ? EXIT.done : EXIT.failed;
}

async function stopWait(call: MultiCall): Promise<ExitCode> {
  const { outline, nodes, words } = call;
  splash(call);
  outline.heading("Stopping nodes...");
  const stopping = signalNodes(nodes, words.signal ?? "SIGTERM", outline);
  await waitForNodes(stopping, { timeoutMs: timeoutOf(words) }, outline);
  outline.end();
  return stopping.length === nodes.length ? EXIT.done : EXIT.failed;
}

async function restart(call: MultiCall): Promise<ExitCode> {
  const { outline, nodes, words } = call;
  splash(call);
  outline.heading("Stopping nodes...");
  const stopping = signalNodes(nodes, words.signal ?? "SIGTERM", outline);
  const codes: ExitCode[] = [];
  const startAgain = async (node: Node): Promise<void> => {
    const { step, code } = await startNode(node);
    outline.step(step, true);
    codes.push(code);
  };
  const stopped = new Set(stopping.map(({ node }) => node));
  await waitForNodes(stopping, { timeoutMs: timeoutOf(words), onGone: startAgain }, outline);
  for (const node of nodes) if (!stopped.has(node)) await startAgain(node);
  outline.end();
  return worst(codes);
}

function timeoutOf({ options }: MultiWords): number | null {
  const text = lastOf(options, "timeout");
  return text === null ? null : durationMs(parseDuration(text), "--timeout");
}

function show({ nodes, session }: MultiCall): ExitCode {
  if (session.output.json)
    session.output.print(
      jsonText(
        nodes.map((node) => ({ node: node.hostname, words: node.shownWords })),
        2,
      ),
    );
  else for (const node of nodes) session.output.print(lineOf(node));
  return EXIT.done;
}

function names({ nodes, session }: MultiCall): ExitCode {
  printList(
    nodes.map(({ hostname }) => hostname),
    session,
  );
  return EXIT.done;
}

function get(call: MultiCall): ExitCode {
  const { nodes, first } = call;
  const node = nodes.find(({ hostname }) => hostname === first || hostname.startsWith(`${first}@`));
  if (!node) throw usageError(`${first} is none of the nodes ${nodes.map(({ hostname }) => hostname).join(", ")}`);
  return show({ ...call, nodes: [node] });
}

function expand({ nodes, first, session }: MultiCall): ExitCode {
  printList(
    nodes.map(({ hostname }) => expandFile(first, hostname)),
    session,
  );
  return EXIT.done;
}

function printList(texts: readonly string[], { output }: Session): void {
  if (output.json) output.print(jsonText(texts, 2));
  else for (const text of texts) output.print(text);
}

function lineOf(node: Node): string {
  return ["actor-cli", ...node.shownWords].map(quoted).join(" ");
}
