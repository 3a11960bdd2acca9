// `control`: orders to workers. Each order is a row here; what it does is in the application's `control`.

import type { ControlRevokeOptions, Duration, Replies, StampValue, Troupe } from "@troupe/core";
import type { Command } from "commander";
import { type ExitCode, usageError } from "../exit-code.ts";
import { tellReplies } from "../output/order-replies.ts";
import { DURATION_HELP, parseDuration, parseTaskArgument } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";
import { addCapacityOrders } from "./control-capacity.ts";

interface OrderOptions {
  readonly timeout: Duration;
}

/** An order: its words, and what it does with them. */
interface Order {
  readonly name: string;
  readonly description: string;
  readonly words: string;
  readonly options?: (command: Command) => Command;
  readonly run: (
    words: readonly string[],
    options: OrderOptions & ControlRevokeOptions,
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
    options: (command) => revokeOptions(command).option("--terminate", "end them also while they run"),
    run: (ids, options, app) => app.control.revoke(ids, revoking(options)),
    without: STORED,
  },
  {
    name: "terminate",
    description: "as revoke --terminate",
    words: "<ids...>",
    options: revokeOptions,
    run: (ids, options, app) => app.control.revoke(ids, { ...revoking(options), terminate: true }),
    without: STORED,
  },
  {
    name: "revoke_by_stamped_headers",
    description: "the same of all tasks that carry stamps: header=value, all of the headers",
    words: "<stamps...>",
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
  control.option("-t, --timeout <duration>", `longest wait for replies: ${DURATION_HELP}`, parseDuration, "1s");
  addCapacityOrders(control, start);
  for (const order of ORDERS) {
    const command = control.command(order.name).description(order.description).argument(order.words);
    (order.options?.(command) ?? command).action((words: string[], _options: unknown, given: Command) =>
      start(given, (session) =>
        obey(order, words, given.optsWithGlobals<OrderOptions & ControlRevokeOptions>(), session),
      ),
    );
  }
}

function revokeOptions(command: Command): Command {
  return command.option("--reason <text>", "why; part of the tasks' error");
}

function revoking({ terminate, reason, timeout }: OrderOptions & ControlRevokeOptions): ControlRevokeOptions {
  return { terminate, reason, timeout, reply: true };
}

async function obey(
  order: Order,
  words: readonly string[],
  options: OrderOptions & ControlRevokeOptions,
  session: Session,
): Promise<ExitCode> {
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
