// What workers do besides running tasks: retry, compute beside others, keep tasks for later, revoke, share the work. Each line
// that begins with ">" is what the code does; below it is what that gives.

import { setTimeout as pause } from "node:timers/promises";
import { group } from "@troupe/core";
import { add, countPrimes, fetchPage, page, remind, searchForever, send, thumbnail } from "./proj/tasks.ts";
import { app } from "./proj/troupe.ts";
import { startWorkers } from "./workers.ts";

await using _workers = await startWorkers();

await retries();
await computing();
await timeLimit();
await rateLimit();
await delays();
await revoking();
await routing();

/** A task that fails twice is retried by itself, later each time. */
async function retries(): Promise<void> {
  console.log("# Retries with backoff");
  const start = Date.now();
  const fetched = await fetchPage.delay("example.org");
  show('fetched = await fetchPage.delay("example.org")');
  show("await fetched.get()", await fetched.get());
  show("Date.now() - start >= 200 + 400", Date.now() - start >= 200 + 400);
}

/** Computing has processes of its own; other tasks do not wait for it. */
async function computing(): Promise<void> {
  console.log("\n# A pool of processes for what computes");
  const counts = await group([countPrimes.s(100_000), countPrimes.s(200_000)]).delay();
  show("counts = await group([countPrimes.s(100_000), countPrimes.s(200_000)]).delay()");
  show("await counts.get()", await counts.get());

  const search = await searchForever.delay();
  show("search = await searchForever.delay()");
  while ((await search.state()) !== "STARTED") await pause(20);
  show("await (await add.delay(2, 2)).get()", await (await add.delay(2, 2)).get());
  show("await search.state()", await search.state());

  // Its process is ended, and another one takes that one's place.
  await search.revoke({ terminate: true, reason: "it takes too long" });
  show('await search.revoke({ terminate: true, reason: "it takes too long" })');
  show("await search.get()", await errorOf(search.get()));
}

/** What has no end is given one, in a pool whose processes can be ended. */
async function timeLimit(): Promise<void> {
  console.log("\n# A time limit");
  const limited = await searchForever.applyAsync([], { timeLimit: "300ms" });
  show('limited = await searchForever.applyAsync([], { timeLimit: "300ms" })');
  show("await limited.get()", await errorOf(limited.get()));
}

/** Ten in a second: the fourth starts three tenths of a second after the first. */
async function rateLimit(): Promise<void> {
  console.log("\n# A rate limit");
  const start = Date.now();
  const letters = await group([1, 2, 3, 4].map((letter) => send.s(letter))).delay();
  show("letters = await group([1, 2, 3, 4].map((letter) => send.s(letter))).delay()");
  show("await letters.get()", await letters.get());
  show("Date.now() - start >= 300", Date.now() - start >= 300);
}

/** What waits for its time can be looked at, called off, and given another time. */
async function delays(): Promise<void> {
  console.log("\n# Tasks for later");
  const ann = await remind.applyAsync(["Ann"], { countdown: "1h" });
  show('ann = await remind.applyAsync(["Ann"], { countdown: "1h" })');
  const ben = await remind.applyAsync(["Ben"], { countdown: "2h" });
  show('ben = await remind.applyAsync(["Ben"], { countdown: "2h" })');
  const waiting = (await app.delayed.list()).map(({ name, args }) => `${name} ${args}`);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
  show("(await app.delayed.list()).map(({ name, args }) => `${name} ${args}`)", waiting);
  show(
    'await app.delayed.cancel(ann.id, { reason: "Ann has left" })',
    await app.delayed.cancel(ann.id, { reason: "Ann has left" }),
  );
  show("await ann.get()", await errorOf(ann.get()));
  await app.delayed.reschedule(ben.id, { countdown: "1s" });
  show('await app.delayed.reschedule(ben.id, { countdown: "1s" })');
  show("await ben.get()", await ben.get());
}

/** A revoked task does not run, whoever finds it and when. */
async function revoking(): Promise<void> {
  console.log("\n# Revoked tasks");
  const cleo = await remind.applyAsync(["Cleo"], { countdown: "1h" });
  show('cleo = await remind.applyAsync(["Cleo"], { countdown: "1h" })');
  await cleo.revoke({ reason: "Cleo knows already" });
  show('await cleo.revoke({ reason: "Cleo knows already" })');
  show("await cleo.get()", await errorOf(cleo.get()));
  show("await cleo.state()", await cleo.state());
}

/** The routes of `proj/troupe.ts` choose the queue, and who consumes it is the worker. */
async function routing(): Promise<void> {
  console.log("\n# Routes to two workers");
  show('await (await page.delay("cat.html")).get()', await (await page.delay("cat.html")).get());
  show('await (await thumbnail.delay("cat.png")).get()', await (await thumbnail.delay("cat.png")).get());
  const urgent = await thumbnail.applyAsync(["dog.png"], { priority: 9 });
  show('await (await thumbnail.applyAsync(["dog.png"], { priority: 9 })).get()', await urgent.get());
}

function show(code: string, value?: unknown): void {
  console.log(`> ${code}`);
  if (value !== undefined) console.log(value instanceof Error ? `${value.name}: ${value.message}` : value);
}

async function errorOf(failing: Promise<unknown>): Promise<unknown> {
  return failing.catch((error: unknown) => error);
}
