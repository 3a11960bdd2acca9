// Calling tasks, step by step, as in the guide that this example follows. Each line that begins with ">" is what the code
// does; below it is what that gives. Runs with a worker in this process, or over NATS when TROUPE_BROKER_URL is set.

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { add, mul, nap, xsum } from "./proj/tasks.ts";
import { app } from "./proj/troupe.ts";

function show(code: string, value?: unknown): void {
  console.log(`> ${code}`);
  if (value !== undefined) console.log(value instanceof Error ? `${value.name}: ${value.message}` : value);
}

const isAlone = !process.env["TROUPE_BROKER_URL"];
if (isAlone) app.conf.update({ broker: "memory:", logLevel: "silent" });
const worker = isAlone ? app.worker({ queues: ["default", "lopri"] }) : null;
await worker?.start();

// delay sends a call; applyAsync does so with options. Both resolve when the broker has it durably.
await add.delay(2, 2);
show("await add.delay(2, 2)");
await add.applyAsync([2, 2]);
show("await add.applyAsync([2, 2])");
await add.applyAsync([2, 2], { queue: "lopri" });
show('await add.applyAsync([2, 2], { queue: "lopri" })');

// Called directly, a task runs here and nothing is sent.
show("await add(2, 2)", await add(2, 2));

// The result's handle waits for the value, wherever the task runs.
const result = await add.delay(2, 2);
show("result = await add.delay(2, 2)");
show('await result.get({ timeout: "10s" })', await result.get({ timeout: "10s" }));
show("result.id", result.id);
show("await (await mul.delay(4, 4)).get()", await (await mul.delay(4, 4)).get());
show("await (await xsum.delay([1, 2, 3])).get()", await (await xsum.delay([1, 2, 3])).get());

// A task's error is raised where its result is awaited …
// @ts-expect-error -- the compiler refuses the text; callers in plain JavaScript find out when the task runs
const failing = await add.delay(2, "2");
show('failing = await add.delay(2, "2")');
try {
  await failing.get({ timeout: "10s" });
} catch (error) {
  show('await failing.get({ timeout: "10s" })', error);
}

// … unless one does not wish that. Then it is the value, and the state tells.
show("await failing.get({ propagate: false })", await failing.get({ propagate: false }));
show("await failing.failed()", await failing.failed());
show("await failing.successful()", await failing.successful());
show("await failing.state()", await failing.state());

// An id that nobody knows is pending.
show('await app.result("this-id-does-not-exist").state()', await app.result("this-id-does-not-exist").state());

// A task with trackStarted has one state more on its way.
const taskId = randomUUID();
const states = [await app.result(taskId).state()];
const napping = await nap.applyAsync([500], { taskId });
while (!(await napping.ready())) {
  const state = await napping.state();
  if (state !== states.at(-1)) states.push(state);
  await pause(20);
}
states.push(await napping.state());
show("the states of nap.delay(500)", states.join(" -> "));

await worker?.stop();
await app.close();
