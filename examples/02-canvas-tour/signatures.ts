// The chapter "Signatures" of the guide "Canvas".

import { kw, signature } from "@troupe/core";
import { add, mul, resetBuffers } from "./proj/tasks.ts";
import { heading, show } from "./show.ts";

export async function signatures(): Promise<void> {
  await fields();
  await partials();
  await immutability();
  await callbacks();
}

async function fields(): Promise<void> {
  heading("Canvas: signatures");
  show(
    'signature("proj.tasks.add", [2, 2], { countdown: "10s" })',
    signature("proj.tasks.add", [2, 2], { countdown: "10s" }),
  );
  show('add.signature([2, 2], { countdown: "10s" })', add.signature([2, 2], { countdown: "10s" }));
  show("add.s(2, 2)", add.s(2, 2));
  show("add.s(2, 2, kw({ debug: true }))", add.s(2, 2, kw({ debug: true })));
  const s = show(
    's = add.signature([2, 2, kw({ debug: true })], { countdown: "10s" })',
    add.signature([2, 2, kw({ debug: true })], { countdown: "10s" }),
  );
  show("s.args", s.args);
  show("s.kwargs", s.kwargs);
  show("s.options", s.options);

  show("await add(2, 2)", await add(2, 2));
  show("await add.s(2, 2).call()", await add.s(2, 2).call());
  const result = show("result = await add.delay(2, 2)", await add.delay(2, 2));
  show("await result.get()", await result.get());
  show("await add.applyAsync([2, 2])", await add.applyAsync([2, 2]));
  show("await add.signature([2, 2]).applyAsync()", await add.signature([2, 2]).applyAsync());
  const later = show(
    'result = await add.applyAsync([2, 2], { countdown: "1s" })',
    await add.applyAsync([2, 2], { countdown: "1s" }),
  );
  show("await result.get()", await later.get());
  show(
    'await add.signature([2, 2], { countdown: "1s" }).applyAsync()',
    await add.signature([2, 2], { countdown: "1s" }).applyAsync(),
  );
  show('add.s(2, 2).set({ countdown: "1s" })', add.s(2, 2).set({ countdown: "1s" }));
}

async function partials(): Promise<void> {
  heading("Partials");
  show("await add.s(2, 2).delay()", await add.s(2, 2).delay());
  show('await add.s(2, 2).applyAsync([], { countdown: "1s" })', await add.s(2, 2).applyAsync([], { countdown: "1s" }));
  show("await add.s(2, 2).call()", await add.s(2, 2).call());
  const partial = show("partial = add.s(2) // incomplete signature", add.s(2));
  const added = show("result = await partial.delay(4) // 4 + 2", await partial.delay(4));
  show("await result.get()", await added.get());
  const same = show("result = await partial.applyAsync([4]) // same", await partial.applyAsync([4]));
  show("await result.get()", await same.get());
  const s = show("s = add.s(2, 2)", add.s(2, 2));
  show("await s.delay(kw({ debug: true })) // add(2, 2, debug=true)", await s.delay(kw({ debug: true })));
  show(
    "await s.applyAsync([], { kwargs: { debug: true } }) // same",
    await s.applyAsync([], { kwargs: { debug: true } }),
  );
  const delayed = show('s = add.signature([2, 2], { countdown: "10s" })', add.signature([2, 2], { countdown: "10s" }));
  const soon = show(
    'result = await s.applyAsync([], { countdown: "1s" }) // countdown is now 1 s',
    await delayed.applyAsync([], { countdown: "1s" }),
  );
  show("await result.get()", await soon.get());
  const two = show("s = add.s(2)", add.s(2));
  show("s.clone({ args: [4], kwargs: { debug: true } })", two.clone({ args: [4], kwargs: { debug: true } }));
}

async function immutability(): Promise<void> {
  heading("Immutability");
  const first = show(
    "result = await add.applyAsync([2, 2], { link: resetBuffers.signature().set({ immutable: true }) })",
    await add.applyAsync([2, 2], { link: resetBuffers.signature().set({ immutable: true }) }),
  );
  show("await result.get()", await first.get());
  const second = show(
    "result = await add.applyAsync([2, 2], { link: resetBuffers.si() })",
    await add.applyAsync([2, 2], { link: resetBuffers.si() }),
  );
  show("await result.get()", await second.get());
  show("await (await result.children())[0].get()", await (await second.children())[0]?.get());
  const sig = show("sig = add.s(2, 2)", add.s(2, 2));
  show("await sig.run()", await sig.run());
  show("await (await sig.delay()).get() // is the same", await (await sig.delay()).get());
}

async function callbacks(): Promise<void> {
  heading("Callbacks");
  const linked = show(
    "result = await add.applyAsync([2, 2], { link: mul.s(16) })",
    await add.applyAsync([2, 2], { link: mul.s(16) }),
  );
  show("await result.get()", await linked.get());
  const sig = show("sig = add.s(10)", add.s(10));
  show("await sig.run(4) // add(4, 10)", await sig.run(4));
  const eight = show(
    "result = await add.applyAsync([2, 2], { link: add.s(8) })",
    await add.applyAsync([2, 2], { link: add.s(8) }),
  );
  show("await result.get() // 2 + 2", await eight.get());
  show("await (await result.children())[0].get() // 4 + 8", await (await eight.children())[0]?.get());
}
