// The orders of `control` that change limits, slots and events in running workers.

import type { AskOptions, Control, Duration, Replies } from "@troupe/core";
import type { Command } from "commander";
import { tellReplies } from "../output/order-replies.ts";
import { parseCount, parseDuration, parseList } from "../parse-values.ts";
import type { Start } from "../session.ts";

interface Given {
  readonly timeout: Duration;
  readonly destination?: string[];
}

/** Adds the orders. */
export function addCapacityOrders(control: Command, start: Start): void {
  const order = (name: string, description: string): Command =>
    control
      .command(name)
      .description(description)
      .option("-d, --destination <names>", "these workers only: full names, with commas between them", parseList);
  const give = (
    command: Command,
    tell: (control: Control, options: AskOptions) => Promise<Replies<unknown>>,
  ): Promise<void> =>
    start(command, async (session) => {
      const { timeout, destination } = command.optsWithGlobals<Given>();
      const replies = await session.withClient((app) => tell(app.control, { timeout, destination }));
      return tellReplies(replies, { timeout }, session);
    });

  order("rate_limit", "changes how often a task may start")
    .argument("<task>", "name of the task")
    .argument("<rate>", "10/s, 100/m, 1000/h, or a number per second; 0: no limit")
    .action((task: string, limit: string, _options: unknown, command: Command) =>
      give(command, (to, options) => to.broadcast("rate_limit", { task, limit }, options)),
    );
  order("time_limit", "changes how long a task may run; 0: no limit")
    .argument("<task>", "name of the task")
    .argument("<soft>", "its soft limit", parseDuration)
    .argument("[hard]", "its hard limit", parseDuration)
    .action(
      (task: string, softTimeLimit: Duration, timeLimit: Duration | undefined, ...[, command]: [unknown, Command]) =>
        give(command, (to, options) => to.timeLimit(task, { softTimeLimit, timeLimit }, options)),
    );
  order("pool_grow", "gives workers more slots")
    .argument("[count]", "how many", parseCount, 1)
    .action((count: number, _options: unknown, command: Command) =>
      give(command, (to, options) => to.poolGrow(count, options)),
    );
  order("pool_shrink", "takes slots from workers; tasks that run are finished")
    .argument("[count]", "how many", parseCount, 1)
    .action((count: number, _options: unknown, command: Command) =>
      give(command, (to, options) => to.poolShrink(count, options)),
    );
  order("autoscale", "changes the most and the fewest slots of autoscaled workers")
    .argument("<max>", "most slots", parseCount)
    .argument("<min>", "fewest slots", parseCount)
    .action((max: number, min: number, _options: unknown, command: Command) =>
      give(command, (to, options) => to.autoscale(max, min, options)),
    );
  order("enable_events", "tells in events what happens to tasks").action((_options: unknown, command: Command) =>
    give(command, (to, options) => to.enableEvents(options)),
  );
  order("disable_events", "tells nothing of tasks in events").action((_options: unknown, command: Command) =>
    give(command, (to, options) => to.disableEvents(options)),
  );
  order("heartbeat", "sends the event worker-heartbeat now").action((_options: unknown, command: Command) =>
    give(command, (to, options) => to.heartbeat(options)),
  );
}
