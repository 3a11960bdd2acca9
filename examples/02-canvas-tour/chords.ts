// The chapter "Chords" of the guide "Canvas".

import { chord } from "@troupe/core";
import { range } from "./lists.ts";
import { add, raisingTask, tsum } from "./proj/tasks.ts";
import { heading, show, showError } from "./show.ts";

export async function chords(): Promise<void> {
  heading("Chords");
  const sums = range(100).map((i) => add.s(i, i));
  show("await chord(range(100).map((i) => add.s(i, i)), tsum.s()).run()", await chord(sums, tsum.s()).run());
  show(
    "range(100).reduce((sum, i) => sum + i + i)",
    range(100).reduce((sum, i) => sum + i + i),
  );
  const callback = show("callback = tsum.s()", tsum.s());
  show("header = range(100).map((i) => add.s(i, i)); header.length", sums.length);
  const result = show(
    "result = await chord(header).applyAsync([], { body: callback })",
    await chord(sums).applyAsync([], { body: callback }),
  );
  show("await result.get()", await result.get());

  heading("Error handling");
  const c = show(
    "c = chord([add.s(4, 4), raisingTask.s(), add.s(8, 8)], tsum.s())",
    chord([add.s(4, 4), raisingTask.s(), add.s(8, 8)], tsum.s()),
  );
  const failing = show("result = await c.delay()", await c.delay());
  await showError("await result.get()", failing.get());
  show("await result.parent.get({ propagate: false })", await failing.parent?.get({ propagate: false }));
}
