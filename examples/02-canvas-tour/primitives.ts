// The chapter "The Primitives" of the guide "Canvas".

import { chain, chord, group } from "@troupe/core";
import { range, zip } from "./lists.ts";
import {
  add,
  createUser,
  importContact,
  importContacts,
  mul,
  notifyComplete,
  sendWelcomeEmail,
  xsum,
} from "./proj/tasks.ts";
import { heading, show } from "./show.ts";

export async function primitives(): Promise<void> {
  await overview();
  await simpleOnes();
  await combined();
  await inChains();
}

async function overview(): Promise<void> {
  heading("The primitives");
  const lists = show("lists = [range(3), range(4)]", [range(3), range(4)]);
  show("await xsum.map(lists).run() // [xsum(range(3)), xsum(range(4))], in one task", await xsum.map(lists).run());
  const pairs = show("pairs = zip([2, 4], [2, 4])", zip([2, 4], [2, 4]));
  show("await add.starmap(pairs).run() // [add(2, 2), add(4, 4)], in one task", await add.starmap(pairs).run());
  const items = zip(range(1000), range(1000));
  show("items = zip(range(1000), range(1000)); items.length", items.length);
  show("await add.chunks(items, 10).delay() // tasks of 10 items each", await add.chunks(items, 10).delay());
}

async function simpleOnes(): Promise<void> {
  heading("Simple chain");
  const res = show(
    "res = await chain(add.s(2, 2), add.s(4), add.s(8)).delay() // 2 + 2 + 4 + 8",
    await chain(add.s(2, 2), add.s(4), add.s(8)).delay(),
  );
  show("await res.get()", await res.get());
  show("await add.s(2, 2).pipe(add.s(4)).pipe(add.s(8)).run()", await add.s(2, 2).pipe(add.s(4)).pipe(add.s(8)).run());

  heading("Immutable signatures");
  show("add.signature([2, 2]).set({ immutable: true })", add.signature([2, 2]).set({ immutable: true }));
  show("add.si(2, 2)", add.si(2, 2));
  const independent = show(
    "res = await add.si(2, 2).pipe(add.si(4, 4)).pipe(add.si(8, 8)).delay()",
    await add.si(2, 2).pipe(add.si(4, 4)).pipe(add.si(8, 8)).delay(),
  );
  show("await res.get()", await independent.get());
  show("await res.parent.get()", await independent.parent?.get());
  show("await res.parent.parent.get()", await independent.parent?.parent?.get());

  heading("Simple group");
  const sums = show(
    "res = await group(range(10).map((i) => add.s(i, i))).delay()",
    await group(range(10).map((i) => add.s(i, i))).delay(),
  );
  show('await res.get({ timeout: "10s" })', await sums.get({ timeout: "10s" }));

  heading("Simple chord");
  const doubles = range(10).map((i) => add.s(i, i));
  const total = show(
    "res = await chord(range(10).map((i) => add.s(i, i)), xsum.s()).delay()",
    await chord(doubles, xsum.s()).delay(),
  );
  show("await res.get()", await total.get());
  const contacts = show('contacts = ["Jerry", "Elaine"]', ["Jerry", "Elaine"]);
  const imports = contacts.map((contact) => importContact.s(contact));
  const complete = show(
    'res = await chord(contacts.map((contact) => importContact.s(contact)), notifyComplete.si("import 7")).delay()',
    await chord(imports, notifyComplete.si("import 7")).delay(),
  );
  show("await res.get()", await complete.get());
}

async function combined(): Promise<void> {
  heading("Blow your mind by combining");
  const c1 = show("c1 = add.s(4).pipe(mul.s(8)) // (16 + 4) * 8", add.s(4).pipe(mul.s(8)));
  const partial = show("res = await c1.delay(16)", await c1.delay(16));
  show("await res.get()", await partial.get());
  const c2 = show(
    "c2 = add.s(4, 16).pipe(mul.s(2)).pipe(add.s(4).pipe(mul.s(8))) // ((4 + 16) * 2 + 4) * 8",
    add
      .s(4, 16)
      .pipe(mul.s(2))
      .pipe(add.s(4).pipe(mul.s(8))),
  );
  const chains = show("res = await c2.delay()", await c2.delay());
  show("await res.get()", await chains.get());
  const sums = group(range(10).map((i) => add.s(i, i)));
  const c3 = show("c3 = group(range(10).map((i) => add.s(i, i))).pipe(xsum.s())", sums.pipe(xsum.s()));
  const upgraded = show("res = await c3.delay()", await c3.delay());
  show("await res.get()", await upgraded.get());
}

async function inChains(): Promise<void> {
  heading("Groups in chains");
  const newUser = show(
    "newUserWorkflow = createUser.s().pipe(group(importContacts.s(), sendWelcomeEmail.s()))",
    createUser.s().pipe(group(importContacts.s(), sendWelcomeEmail.s())),
  );
  const user = show('user = { username: "artv", first: "Art", last: "Vandelay", email: "art@vandelay.com" }', {
    username: "artv",
    first: "Art",
    last: "Vandelay",
    email: "art@vandelay.com",
  });
  const welcomed = show("res = await newUserWorkflow.delay(user)", await newUser.delay(user));
  show("await res.get()", await welcomed.get());
  const independent = group(range(10).map((i) => add.si(i, i)));
  const res = show(
    "res = await add.s(4, 4).pipe(group(range(10).map((i) => add.si(i, i)))).delay()",
    await add.s(4, 4).pipe(independent).delay(),
  );
  show("await res.get()", await res.get());
  show("await res.parent.get()", await res.parent?.get());
}
