// The chapter "Canvas: Designing Work-flows" of the guide "Next Steps".

import { chain, chord, group, kw } from "@troupe/core";
import { range } from "./lists.ts";
import { add, applyFilter, mul, uploadDocument, xsum } from "./proj/tasks.ts";
import { heading, show } from "./show.ts";

export async function nextSteps(): Promise<void> {
  heading("Next Steps: designing workflows");
  show('add.signature([2, 2], { countdown: "10s" })', add.signature([2, 2], { countdown: "10s" }));
  show("add.s(2, 2)", add.s(2, 2));

  heading("And there is that calling API again");
  const s1 = show("s1 = add.s(2, 2)", add.s(2, 2));
  const res1 = show("res = await s1.delay()", await s1.delay());
  show("await res.get()", await res1.get());
  const s2 = show("s2 = add.s(2) // incomplete partial: add(?, 2)", add.s(2));
  const res2 = show("res = await s2.delay(8) // resolves the partial: add(8, 2)", await s2.delay(8));
  show("await res.get()", await res2.get());
  const s3 = show("s3 = add.s(2, 2, kw({ debug: true }))", add.s(2, 2, kw({ debug: true })));
  const res3 = show(
    "res = await s3.delay(kw({ debug: false })) // debug is now false",
    await s3.delay(kw({ debug: false })),
  );
  show("await res.get()", await res3.get());

  heading("Groups");
  show("await group(range(10).map((i) => add.s(i, i))).run()", await group(range(10).map((i) => add.s(i, i))).run());
  const partial = show("g = group(range(10).map((i) => add.s(i)))", group(range(10).map((i) => add.s(i))));
  show("await g.run(10)", await partial.run(10));

  heading("Chains");
  show("await chain(add.s(4, 4), mul.s(8)).run() // (4 + 4) * 8", await chain(add.s(4, 4), mul.s(8)).run());
  const g = show("g = chain(add.s(4), mul.s(8)) // (? + 4) * 8", chain(add.s(4), mul.s(8)));
  show("await g.run(4)", await g.run(4));
  show("await add.s(4, 4).pipe(mul.s(8)).run()", await add.s(4, 4).pipe(mul.s(8)).run());

  heading("Chords");
  show(
    "await chord(range(10).map((i) => add.s(i, i)), xsum.s()).run()",
    await chord(
      range(10).map((i) => add.s(i, i)),
      xsum.s(),
    ).run(),
  );
  show(
    "await group(range(10).map((i) => add.s(i, i))).pipe(xsum.s()).run()",
    await group(range(10).map((i) => add.s(i, i)))
      .pipe(xsum.s())
      .run(),
  );
  const filters = show('filters = ["sharpened", "cropped"]', ["sharpened", "cropped"]);
  show(
    'await uploadDocument.s("photo").pipe(group(filters.map((filter) => applyFilter.s(filter)))).run()',
    await uploadDocument
      .s("photo")
      .pipe(group(filters.map((filter) => applyFilter.s(filter))))
      .run(),
  );
}
