// The chapters "Chains" and "Graphs" of the guide "Canvas".

import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { type AnyResult, chain } from "@troupe/core";
import { list } from "./lists.ts";
import { add, logError, logResult, mul, raisingTask } from "./proj/tasks.ts";
import { heading, show, showError } from "./show.ts";

export async function chains(): Promise<void> {
  await linking();
  await failing();
  await steps();
  await graphs();
}

async function linking(): Promise<void> {
  heading("Chains");
  const res = show(
    "res = await add.applyAsync([2, 2], { link: mul.s(16) })",
    await add.applyAsync([2, 2], { link: mul.s(16) }),
  );
  show("await res.get()", await res.get());
  show("await res.children()", await res.children());
  show("await (await res.children())[0].get()", await (await res.children())[0]?.get());
  show("await list(res.collect())", await list(res.collect()));
  show("await list(res.collect({ intermediate: true }))", await list(res.collect({ intermediate: true })));
  const s = show("s = add.s(2, 2)", add.s(2, 2));
  const linked = show("s = s.link(mul.s(4)) // a new signature: they do not change", s.link(mul.s(4)));
  const logged = show("s = s.link(logResult.s())", linked.link(logResult.s()));
  const both = show("res = await s.delay()", await logged.delay());
  show("await res.get()", await both.get());
  const children = await both.children();
  show(
    "await Promise.all((await res.children()).map((child) => child.get()))",
    await Promise.all(children.map((child) => child.get())),
  );
}

async function failing(): Promise<void> {
  heading("Error callbacks");
  show(
    "await add.applyAsync([2, 2], { linkError: logError.s() })",
    await add.applyAsync([2, 2], { linkError: logError.s() }),
  );
  show("add.signature([2, 2], { linkError: logError.s() })", add.signature([2, 2], { linkError: logError.s() }));
  const res = show(
    "res = await raisingTask.applyAsync([], { linkError: logError.s() })",
    await raisingTask.applyAsync([], { linkError: logError.s() }),
  );
  await showError("await res.get()", res.get());
  show("await (await res.children())[0].get()", await (await res.children())[0]?.get());
}

async function steps(): Promise<void> {
  heading("Chains of steps");
  const whole = show(
    "res = chain(add.s(4, 4), mul.s(8), mul.s(10)) // (4 + 4) * 8 * 10",
    chain(add.s(4, 4), mul.s(8), mul.s(10)),
  );
  const res = show("res = await res.delay()", await whole.delay());
  show("await res.get()", await res.get());
  show("await res.parent.get()", await res.parent?.get());
  show("await res.parent.parent.get()", await res.parent?.parent?.get());
  show("res.parent.parent", res.parent?.parent);
  show(
    "await add.s(2, 2).pipe(mul.s(8)).pipe(mul.s(10)).applyAsync()",
    await add.s(2, 2).pipe(mul.s(8)).pipe(mul.s(10)).applyAsync(),
  );
}

async function graphs(): Promise<void> {
  heading("Graphs");
  const res = show(
    "res = await chain(add.s(4, 4), mul.s(8), mul.s(10)).delay()",
    await chain(add.s(4, 4), mul.s(8), mul.s(10)).delay(),
  );
  show("await res.get()", await res.get());
  const graph = show("graph = await res.parent.parent.graph()", await firstOf(res).graph());
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
  show(
    "await writeFile(`${tmpdir()}/graph.dot`, graph.toDot())",
    await writeFile(`${tmpdir()}/graph.dot`, graph.toDot()),
  );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
  show(
    "await writeFile(`${tmpdir()}/graph.svg`, await graph.toSvg())",
    await writeFile(`${tmpdir()}/graph.svg`, await graph.toSvg()),
  );
  show("graph.toDot()", graph.toDot().trimEnd());
}

function firstOf(result: AnyResult): AnyResult {
  return result.parent ? firstOf(result.parent) : result;
}
