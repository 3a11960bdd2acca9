// `control`: orders to workers. Each order is a row here; what it does is in the application's `control`.

import type { ControlRevokeOptions, Replies, StampValue, Troupe } from "@troupe/core";
import type { Command } from "commander";
import { type ExitCode, usageError } from "../exit-code.ts";
import { tellReplies } from "../output/order-replies.ts";
import { parseTaskArgument } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";
import { askOptions, type GivenAsk, withExample } from "./ask-options.ts";
import { addCapacityOrders } from "./control-capacity.ts";
import { addLifeOrders } from "./control-life.ts";

/** An order: its words, and what it does with them. */
interface Order {
  readonly name: string;
  readonly description: string;
  readonly words: string;
  readonly example: string;
  readonly options?: (command: Command) => Command;
  readonly run: (
    words: readonly string[],
    options: GivenAsk & ControlRevokeOptions,
    app: Troupe,
  ) => Promise<Replies<unknown>>;
  /** What holds though no worker replied; undefined: nothing. */
  readonly without?: string;
}

const STORED = "no worker replied in time; it is stored, and each worker that meets such a task will not run it";

const ORDERS: readonly Order[] = [
  {
    name: "revoke",
    description: "do not run tasks; they end as REVOKED",
    words: "<ids...>",
    example: "revoke 1e6f8c9e-6a47-4a3b-8f53-2a1d2a0c7b11 --terminate",
    options: (command) => revokeOptions(command).option("--terminate", "end them also while they run"),
    run: (ids, options, app) => app.control.revoke(ids, revoking(options)),
    without: STORED,
  },
  {
    name: "terminate",
    description: "as revoke --terminate",
    words: "<ids...>",
    example: "terminate 1e6f8c9e-6a47-4a3b-8f53-2a1d2a0c7b11",
    options: revokeOptions,
    run: (ids, options, app) => app.control.revoke(ids, { ...revoking(options), terminate: true }),
    without: STORED,
  },
  {
    name: "revoke_by_stamped_headers",
    description: "the same of all tasks that carry stamps: header=value, all of the headers",
    words: "<stamps...>",
    example: "revoke_by_stamped_headers customer=c-1",
    options: (command) => revokeOptions(command).option("--terminate", "end them also while they run"),
    run: (stamps, options, app) => app.control.revokeByStampedHeaders(headersOf(stamps), revoking(options)),
    without: STORED,
  },
];

/** Adds `control` and its orders. */
export function addControl(program: Command, start: Start): void {
  const control = program
    .command("control")
    .summary("give orders to workers")
    .helpCommand(false)
    .description("Gives orders to workers and prints their replies.\nExit code: 0 done, 1 no worker did it.");
  withExample(askOptions(control), "control rate_limit proj.add 10/m");
  addCapacityOrders(control, start);
  addLifeOrders(control, start);
  for (const order of ORDERS) {
    const command = control.command(order.name).description(order.description).argument(order.words);
    withExample(command, `control ${order.example}`);
    (order.options?.(command) ?? command).action((words: string[], _options: unknown, given: Command) =>
      start(given, (session) => obey(order, words, given.optsWithGlobals<GivenAsk & ControlRevokeOptions>(), session)),
    );
  }
}

function revokeOptions(command: Command): Command {
  return command.option("--reason <text>", "why; part of the tasks' error");
}

function revoking({ terminate, reason, timeout }: GivenAsk & ControlRevokeOptions): ControlRevokeOptions {
  return { terminate, reason, timeout, reply: true };
}

async function obey(
  order: Order,
  words: readonly string[],
  options: GivenAsk & ControlRevokeOptions,
  session: Session,
): Promise<ExitCode> {
  if (options.destination ?? options.pattern ?? options.limit)
    throw usageError(`${order.name} is for all workers; leave out --destination, --pattern and --limit`);
  const replies = await session.withClient((app) => order.run(words, options, app));
  return tellReplies(replies, { timeout: options.timeout, without: order.without }, session);
}

// A header given twice has both values.
function headersOf(words: readonly string[]): Record<string, StampValue[]> {
  const headers = new Map<string, StampValue[]>();
  for (const word of words) {
    const [, header = "", text = ""] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    const value = parseTaskArgument(text);
    if (header === "" || (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean"))
      throw usageError(`stamp "${word}" is not a header with a value; give it as header=value`);
    headers.set(header, [...(headers.get(header) ?? []), value]);
  }
  return Object.fromEntries(headers);
}
