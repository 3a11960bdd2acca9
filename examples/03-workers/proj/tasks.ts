// The tasks of this project. The first word of a name is what the routes go by.

import type { TaskContext } from "@troupe/core";
import { app } from "./troupe.ts";

class ServerBusy extends Error {
  override readonly name = "ServerBusy";
}

/** Adds two numbers. */
export const add = app.task("web.add", (x: number, y: number) => x + y);

/** Asks a server that is too busy at first: fails twice, is retried after 0.2 s and after 0.4 s, and succeeds. */
export const fetchPage = app.task(
  "web.fetchPage",
  { autoretryFor: [ServerBusy], retryBackoff: "200ms", retryJitter: false, maxRetries: 5 },
  function (this: TaskContext, url: string) {
    if (this.retries < 2) throw new ServerBusy(`${url} is busy`);
    return `${url}, after ${this.retries} retries`;
  },
);

/** Computes without a pause: no `await` in it lets others have their turn. */
export const countPrimes = app.task("cpu.countPrimes", (below: number) => {
  let count = 0;
  for (let candidate = 2; candidate < below; candidate++) if (isPrime(candidate)) count++;
  return count;
});

/** Computes for ever. Whatever it is asked, it does not listen. */
export const searchForever = app.task("cpu.searchForever", { timeLimit: "1m", trackStarted: true }, (): never => {
  for (;;);
});

/** Says hello. */
export const remind = app.task("mail.remind", (name: string) => `hello ${name}`);

/** Of these no more than ten start in a second. */
export const send = app.task("mail.send", { rateLimit: "10/s" }, (letter: number) => `letter ${letter}`);

/** Two tasks that tell which worker runs them, and how they came there. */
export const page = app.task("web.page", whereItRan);
export const thumbnail = app.task("media.thumbnail", whereItRan);

function whereItRan(this: TaskContext, file: string): string {
  const { queue, priority } = this.deliveryInfo;
  return `${file}: worker ${this.hostname.split("@")[0]}, queue ${queue}, priority ${priority}`;
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) return false;
  return true;
}
