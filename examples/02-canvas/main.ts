// Composing tasks, step by step, as in the guide that this example follows. Each line that begins with ">" is what the code
// does; below it is what that gives. Runs with a worker in this process, or over NATS when TROUPE_BROKER_URL is set.

import { chain, chord, group, kw } from "@troupe/core";
import { add, createUser, divide, importContacts, mul, report, sendWelcomeEmail, xsum } from "./proj/tasks.ts";
import { app } from "./proj/troupe.ts";

function heading(text: string): void {
  console.log(`\n# ${text}\n`);
}

function show(code: string, value: unknown): void {
  const text = value instanceof Error ? `${value.name}: ${value.message}` : value;
  console.log(`> ${code}\n${typeof text === "string" ? text : JSON.stringify(text)}`);
}

const isAlone = !process.env["TROUPE_BROKER_URL"];
if (isAlone) app.conf.update({ broker: "memory:", logLevel: "silent" });
const worker = isAlone ? app.worker({ concurrency: 4 }) : null;
await worker?.start();

const ten = Array.from({ length: 10 }, (_, i) => i);

console.log("What the code does, and what that gives:");

heading("Signatures: calls that are not sent yet");

const s1 = add.s(2, 2);
show("String(s1 = add.s(2, 2))", String(s1));
show("await (await s1.delay()).get()", await (await s1.delay()).get());
const s2 = add.s(2); // add(?, 2)
show("await s2.run(8), with s2 = add.s(2)", await s2.run(8)); // run: delay, then get
const s3 = add.s(2, 2, kw({ debug: true }));
show("await s3.run(kw({ debug: false }))", await s3.run(kw({ debug: false })));
show("await add.si(2, 2).call()", await add.si(2, 2).call()); // here and now, no message
show("add.signature([2, 2], options).options", add.signature([2, 2], { queue: "default" }).options);

heading("Groups: side by side");

const sums = group(ten.map((i) => add.s(i, i)));
show("await group(ten.map((i) => add.s(i, i))).run()", await sums.run());
show("await group(ten.map((i) => add.s(i))).run(10)", await group(ten.map((i) => add.s(i))).run(10));
const results = await sums.delay();
show("await results.get()", await results.get());
show("await results.successful(), completedCount()", [await results.successful(), await results.completedCount()]);

heading("Chains: one after the other");

show("String(chain(…))", String(chain(add.s(4, 4), mul.s(8), mul.s(10))));
const result = await chain(add.s(4, 4), mul.s(8), mul.s(10)).delay();
show("await result.get()", await result.get());
show("await result.parent.get()", await result.parent?.get());
show("await result.parent.parent.get()", await result.parent?.parent?.get());
show("await add.s(4).pipe(mul.s(8)).run(4)", await add.s(4).pipe(mul.s(8)).run(4)); // a partial chain
const independent = chain(add.si(2, 2), add.si(4, 4), add.si(8, 8)); // each ignores what came before
show("await chain(add.si(2, 2), add.si(4, 4), add.si(8, 8)).run()", await independent.run());

heading("Chords: a group, and one that gets all its values");

show("await chord(ten.map((i) => add.s(i, i)), xsum.s()).run()", await chord(sums, xsum.s()).run());
show("await group(…).pipe(xsum.s()).run()", await sums.pipe(xsum.s()).run());

heading("Map, starmap, chunks: many calls, few messages");

show("await xsum.map([ten, [1, 2]]).run()", await xsum.map([ten, [1, 2]]).run());
const pairs = ten.map((i) => [i, i] as const);
show("await add.starmap(pairs).run()", await add.starmap(pairs).run());
show("await add.chunks(pairs, 4).run()", await add.chunks(pairs, 4).run());

heading("Combined");

const c1 = chain(add.s(4), mul.s(8));
show("await c1.run(16)", await c1.run(16));
const c2 = chain(add.s(4, 16), mul.s(2), c1); // ((4 + 16) * 2 + 4) * 8
show("await chain(add.s(4, 16), mul.s(2), c1).run()", await c2.run());
const newUser = createUser.s().pipe(group(importContacts.s(), sendWelcomeEmail.s()));
show('await newUser.run("Art Vandelay", …)', await newUser.run("Art Vandelay", "art@vandelay.com"));

heading("Callbacks, and what fails");

const linked = await add.applyAsync([2, 2], { link: mul.s(16) });
show("await linked.get()", await linked.get());
const [child] = await linked.children();
show("await child.get()", await child?.get());
const failing = await chain(divide.s(8, 2), divide.s(0), add.s(1)).linkError(report.s()).delay();
show("await failing.get()", await failing.get().catch((error: unknown) => error));
const [reported] = (await failing.parent?.children()) ?? []; // of the step that failed: what is sent because of that
show("await reported.get()", await reported?.get());
const broken = await chord([divide.s(4, 2), divide.s(1, 0)], xsum.s()).delay();
const error: unknown = await broken.get().catch((thrown: unknown) => thrown);
show("await broken.get()", error);
show("error.cause", error instanceof Error ? error.cause : null);
show("await broken.parent.get({ propagate: false })", String(await broken.parent?.get({ propagate: false })));

await worker?.stop();
await app.close();
