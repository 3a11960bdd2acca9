// The chapter "Groups" of the guide "Canvas".

import { group } from "@troupe/core";
import { range } from "./lists.ts";
import { add } from "./proj/tasks.ts";
import { heading, show } from "./show.ts";

export async function groups(): Promise<void> {
  heading("Groups");
  const g = show("g = group(add.s(2, 2), add.s(4, 4))", group(add.s(2, 2), add.s(4, 4)));
  const res = show("res = await g.delay()", await g.delay());
  show("await res.get()", await res.get());
  const hundred = group(range(100).map((i) => add.s(i, i)));
  show("await group(range(100).map((i) => add.s(i, i))).delay()", await hundred.delay());

  heading("Group results");
  const job = show(
    "job = group([add.s(2, 2), add.s(4, 4), add.s(8, 8), add.s(16, 16), add.s(32, 32)])",
    group([add.s(2, 2), add.s(4, 4), add.s(8, 8), add.s(16, 16), add.s(32, 32)]),
  );
  const result = show("result = await job.applyAsync()", await job.applyAsync());
  show("await result.join() // waits for all of them", await result.join());
  show("await result.ready() // have all tasks ended?", await result.ready());
  show("await result.successful() // were all of them successful?", await result.successful());
  show("await result.get()", await result.get());
  show("await result.failed()", await result.failed());
  show("await result.waiting()", await result.waiting());
  show("await result.completedCount()", await result.completedCount());
}
