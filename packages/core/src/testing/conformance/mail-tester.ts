// What the tests of mailboxes do all the time: send, take a shard, wait for what is delivered.

import { strict as assert } from "node:assert";
import type { Mail, Mailboxes, MailKind, OutgoingMail, Shard } from "../../transport/mailboxes.ts";
import type { Transport } from "../../transport/transport.ts";
import { TestProbe } from "../test-probe.ts";
import { bytesOf, textOf } from "./expectations.ts";

/** A message for an actor of shard 0. */
export function mailOf(id: string, text: string, rest: Partial<OutgoingMail> = {}): OutgoingMail {
  return { actor: { shard: 0, id }, kind: "c", repeat: false, body: bytesOf(text), ...rest };
}

/** Sends messages to one actor, each after the one before is stored. */
export async function sendAll(mailboxes: Mailboxes, id: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) await mailboxes.send(mailOf(id, text));
}

/** The plan of an actor of shard 0. */
export function planOf(id: string, text: string = "plan"): OutgoingMail {
  return mailOf(id, text, { kind: "plan" });
}

/** Who, what and with which body, in one line. */
export function brief({ actor, kind, body }: { actor: Mail["actor"]; kind: MailKind; body: Uint8Array }): string {
  return `${actor.id} ${kind} ${textOf(body)}`;
}

/** An owner of a shard that remembers all it is told. */
export class TestOwner {
  readonly mails: TestProbe<Mail>;
  readonly losses: TestProbe<string>;
  #shard: Shard | null = null;

  constructor(deadlineMs: number) {
    this.mails = new TestProbe(deadlineMs);
    this.losses = new TestProbe(deadlineMs);
  }

  /** Takes a shard that nobody else tries to take. */
  static async of(transport: Transport, deadlineMs: number, shard: number = 0): Promise<TestOwner> {
    const owner = new TestOwner(deadlineMs);
    assert.ok(await owner.take(transport, shard), `shard ${shard} could not be taken, though nobody else tries to`);
    return owner;
  }

  /** Takes a shard. @returns whether it has it. */
  async take(transport: Transport, shard: number): Promise<boolean> {
    this.#shard = await transport.mailboxes.take(shard, {
      onMail: (mail) => this.mails.add(mail),
      onLost: (reason) => this.losses.add(reason),
    });
    return this.#shard !== null;
  }

  get shard(): Shard {
    assert.ok(this.#shard !== null, "the shard was not taken");
    return this.#shard;
  }

  /** All that was delivered so far, each in one line. */
  get briefs(): string[] {
    return this.mails.items.map(brief);
  }

  /** The next messages, each in one line. */
  async next(count: number, what: string): Promise<string[]> {
    return (await this.mails.take(count, what)).map(brief);
  }

  /**
   * Sends a last message and waits for it. All that was to be delivered before has come then.
   *
   * @returns all other messages that came so far, each in one line.
   */
  async upToNow(transport: Transport): Promise<string[]> {
    const known = this.mails.items.length;
    await transport.mailboxes.send(mailOf("fence", `${known}`, { actor: { shard: this.shard.shard, id: "fence" } }));
    for (;;) {
      const last = this.briefs.at(-1);
      if (last === `fence c ${known}`) break;
      await this.mails.next("delivery of the last message");
    }
    return this.briefs.filter((line) => !line.startsWith("fence "));
  }
}
