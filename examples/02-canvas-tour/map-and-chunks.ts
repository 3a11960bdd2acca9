// The chapters "Map & Starmap" and "Chunks" of the guide "Canvas".

import { range, zip } from "./lists.ts";
import { add, xsum } from "./proj/tasks.ts";
import { heading, show } from "./show.ts";

export async function mapAndChunks(): Promise<void> {
  heading("Map and starmap");
  show("await xsum.map([range(10), range(100)]).run()", await xsum.map([range(10), range(100)]).run());
  const ten = zip(range(10), range(10));
  show("await add.starmap(zip(range(10), range(10))).run()", await add.starmap(ten).run());
  const later = show(
    'res = await add.starmap(zip(range(10), range(10))).applyAsync([], { countdown: "10s" })',
    await add.starmap(ten).applyAsync([], { countdown: "10s" }),
  );
  show("await res.ready()", await later.ready());

  heading("Chunks");
  const pairs = zip(range(100), range(100));
  show("pairs = zip(range(100), range(100)); pairs.length", pairs.length);
  const res = show("res = await add.chunks(pairs, 10).delay()", await add.chunks(pairs, 10).delay());
  show("await res.get()", await res.get());
  show("await add.chunks(pairs, 10).applyAsync()", await add.chunks(pairs, 10).applyAsync());
  const group = add.chunks(pairs, 10).group();
  show("chunks = add.chunks(pairs, 10).group(); chunks.type", group.type);
  const skewed = show(
    'res = await chunks.skew({ start: "1s", stop: "10s" }).delay() // the first in 1 s, the second in 2 s, …',
    await group.skew({ start: "1s", stop: "10s" }).delay(),
  );
  show("await res.results[0].get()", await skewed.results[0]?.get());
}
