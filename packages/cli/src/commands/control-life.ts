// The orders of `control` that change what workers are: their queues, their children, whether they run.

import { type Command, Option } from "commander";
import { DURATION_HELP, parseDuration } from "../parse-values.ts";
import type { Start } from "../session.ts";
import { withExample } from "./ask-options.ts";
import { give } from "./give-order.ts";

const RESTART_TIMEOUT = "60s";

/** Adds the orders. */
export function addLifeOrders(control: Command, start: Start): void {
  const order = (name: string, description: string, example: string): Command =>
    withExample(control.command(name).description(description), `control ${example}`);

  order("add_consumer", "consumes a queue too, as long as the worker runs", "add_consumer media -d w1@host")
    .argument("<queue>", "name of the queue")
    .action((queue: string, _options: unknown, command: Command) =>
      give(command, start, (to, options) => to.addConsumer(queue, options)),
    );
  order("cancel_consumer", "consumes a queue no longer; what the worker has of it is finished", "cancel_consumer media")
    .argument("<queue>", "name of the queue")
    .action((queue: string, _options: unknown, command: Command) =>
      give(command, start, (to, options) => to.cancelConsumer(queue, options)),
    );
  order("pool_restart", "replaces the threads or processes, which import the application anew", "pool_restart").action(
    (_options: unknown, command: Command) =>
      give(command, start, (to, options) => to.poolRestart(options), RESTART_TIMEOUT),
  );
  order("shutdown", "stops workers: warm, unless told otherwise", "shutdown -d w1@host")
    .addOption(new Option("--mode <mode>", "how").choices(["warm", "soft", "cold"]))
    .option("--stop-timeout <duration>", `longest wait for running tasks: ${DURATION_HELP}`, parseDuration)
    .action((options: { mode?: "warm" | "soft" | "cold"; stopTimeout?: `${number}s` }, command: Command) =>
      give(command, start, (to, ask) => to.shutdown({ mode: options.mode, timeout: options.stopTimeout }, ask)),
    );
}
