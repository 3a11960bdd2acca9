// The orders of `control` that change limits, slots and events in running workers.

import type { Duration } from "@troupe/core";
import type { Command } from "commander";
import { parseCount, parseDuration } from "../parse-values.ts";
import type { Start } from "../session.ts";
import { withExample } from "./ask-options.ts";
import { give } from "./give-order.ts";

/** Adds the orders. */
export function addCapacityOrders(control: Command, start: Start): void {
  const order = (name: string, description: string, example: string): Command =>
    withExample(control.command(name).description(description), `control ${name} ${example}`.trim());

  order("rate_limit", "changes how often a task may start", "proj.add 10/m")
    .argument("<task>", "name of the task")
    .argument("<rate>", "10/s, 100/m, 1000/h, or a number per second; 0: no limit")
    .action((task: string, limit: string, _options: unknown, command: Command) =>
      give(command, start, (to, options) => to.broadcast("rate_limit", { task, limit }, options)),
    );
  order("time_limit", "changes how long a task may run; 0: no limit", "proj.add 10s 20s")
    .argument("<task>", "name of the task")
    .argument("<soft>", "its soft limit", parseDuration)
    .argument("[hard]", "its hard limit", parseDuration)
    .action(
      (task: string, softTimeLimit: Duration, timeLimit: Duration | undefined, ...[, command]: [unknown, Command]) =>
        give(command, start, (to, options) => to.timeLimit(task, { softTimeLimit, timeLimit }, options)),
    );
  order("pool_grow", "gives workers more slots", "2 -d w1@host")
    .argument("[count]", "how many", parseCount, 1)
    .action((count: number, _options: unknown, command: Command) =>
      give(command, start, (to, options) => to.poolGrow(count, options)),
    );
  order("pool_shrink", "takes slots from workers; tasks that run are finished", "2")
    .argument("[count]", "how many", parseCount, 1)
    .action((count: number, _options: unknown, command: Command) =>
      give(command, start, (to, options) => to.poolShrink(count, options)),
    );
  order("autoscale", "changes the most and the fewest slots of autoscaled workers", "10 2")
    .argument("<max>", "most slots", parseCount)
    .argument("<min>", "fewest slots", parseCount)
    .action((max: number, min: number, _options: unknown, command: Command) =>
      give(command, start, (to, options) => to.autoscale(max, min, options)),
    );
  order("enable_events", "tells in events what happens to tasks", "-d w1@host").action(
    (_options: unknown, command: Command) => give(command, start, (to, options) => to.enableEvents(options)),
  );
  order("disable_events", "tells nothing of tasks in events", "-d w1@host").action(
    (_options: unknown, command: Command) => give(command, start, (to, options) => to.disableEvents(options)),
  );
  order("heartbeat", "sends the event worker-heartbeat now", "-d w1@host").action(
    (_options: unknown, command: Command) => give(command, start, (to, options) => to.heartbeat(options)),
  );
}
