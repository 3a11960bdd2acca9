// Who has a shard: claims that win, lose, and come too late; consumers that are in the way.

import { systemClock } from "@troupe/core/transport";
import { beforeEach, describe, expect, it } from "vitest";
import { resolveConfig } from "../src/config.ts";
import { Link } from "../src/connection/link.ts";
import { Ticker } from "../src/connection/ticker.ts";
import { Epochs } from "../src/mailboxes/epochs.ts";
import { openShardConsumer } from "../src/mailboxes/shard-consumer.ts";
import type { Fields } from "../src/wire/fields.ts";

const OVERLAP = { code: 10_100, status: 400, description: "filtered consumer not unique on workqueue stream" };

const ignore = (): void => undefined;
const logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => logger };

/** A broker that holds epochs of shard 3 and consumers, and does something before some operation. */
class Broker {
  readonly epochs = new Map<string, number>();
  readonly consumers = new Set<string>();
  readonly erased: number[] = [];
  readonly link = new Link(resolveConfig({}), new Ticker(systemClock));
  before: (operation: string) => void = ignore;
  #lastSequence = 0;

  constructor() {
    const { link } = this;
    link.bind({ namespace: "troupe", resultExpiresMs: 1, revokeExpiresMs: 1, ackWaitMs: 1, timeoutMs: 1, logger });
    link.publisher.publish = async ({ subject }, by) => {
      this.before(subject);
      return by.value(this.store(subject) ? "stored" : "exists", this.#lastSequence);
    };
    link.api.streamInfo = async () => ({ state: { subjects: Object.fromEntries(this.epochs) } });
    link.api.leaderRead = async (_, address) => {
      const sequence = this.epochs.get("last_by_subj" in address ? address.last_by_subj : "");
      return sequence === undefined
        ? null
        : { subject: "", sequence, headers: "", body: new Uint8Array(), storedAtMs: 0 };
    };
    link.api.erase = async (_, sequence) => this.erased.push(sequence) > 0;
    link.api.find = async (operation) => ({ deleted: this.consumers.delete(operation.split(".").at(-1) ?? "") });
    link.api.ask = async (operation) => this.#ask(operation);
  }

  store(subject: string): boolean {
    if (this.epochs.has(subject)) return false;
    this.#lastSequence += 1;
    this.epochs.set(subject, this.#lastSequence);
    return true;
  }

  #ask(operation: string): Fields | typeof OVERLAP {
    if (operation.startsWith("CONSUMER.NAMES")) return { consumers: [...this.consumers], total: this.consumers.size };
    this.before(operation);
    if ([...this.consumers].some((name) => name.startsWith("s3-") || name === "foreign")) return OVERLAP;
    this.consumers.add(operation.split(".").at(-1) ?? "");
    return {};
  }
}

let broker: Broker;
let epochs: Epochs;
beforeEach(() => {
  broker = new Broker();
  epochs = new Epochs(broker.link);
});

const subjectOf = (epoch: number): string => `troupe.epoch.3.${epoch}`;

describe("Epochs", () => {
  it("claims one after the other", async () => {
    expect(await epochs.claim(3)).toBe(1);
    expect(await epochs.claim(3)).toBe(2);
    expect([...broker.epochs.keys()]).toEqual([subjectOf(1), subjectOf(2)]);
  });

  it("goes by the highest number, not by the last that was stored", async () => {
    for (const epoch of [9, 10, 2]) broker.store(subjectOf(epoch));
    expect(await epochs.claim(3)).toBe(11);
  });

  it("loses to one that claims the same", async () => {
    broker.before = () => broker.store(subjectOf(1));
    expect(await epochs.claim(3)).toBeNull();
  });

  it("gives up a claim that comes so late that its number is free again", async () => {
    broker.store(subjectOf(5));
    broker.before = () => {
      broker.epochs.clear();
      for (const epoch of [7, 8]) broker.store(subjectOf(epoch));
    };
    expect(await epochs.claim(3)).toBeNull();
    expect(broker.epochs.has(subjectOf(6))).toBe(true);
  });

  it("erases all but the last two", async () => {
    for (const epoch of [1, 2, 3, 4]) broker.store(subjectOf(epoch));
    await epochs.eraseOld(3, 4);
    expect(broker.erased).toEqual([1, 2]);
  });

  it("leaves what it cannot erase to the next", async () => {
    broker.link.api.streamInfo = () => Promise.reject(new Error("no answer"));
    await expect(epochs.eraseOld(3, 4)).resolves.toBeUndefined();
  });
});

describe("openShardConsumer", () => {
  const open = (epoch: number): Promise<unknown> => openShardConsumer(broker.link, epochs, { shard: 3, epoch });

  it("deletes the consumers of earlier epochs of the shard, and no other", async () => {
    for (const name of ["s3-e1", "s3-e9", "s30-e1", "s1-e3", "q-mail-0"]) broker.consumers.add(name);
    broker.store(subjectOf(10));
    expect(await open(10)).toMatchObject({ name: "s3-e10" });
    expect([...broker.consumers]).toEqual(["s30-e1", "s1-e3", "q-mail-0", "s3-e10"]);
  });

  it("removes the consumer that a slower claimant made in between", async () => {
    broker.store(subjectOf(10));
    broker.before = () => {
      broker.before = ignore;
      broker.consumers.add("s3-e8");
    };
    expect(await open(10)).toMatchObject({ name: "s3-e10" });
    expect([...broker.consumers]).toEqual(["s3-e10"]);
  });

  it("leaves the shard to a later claimant", async () => {
    broker.store(subjectOf(10));
    broker.before = () => {
      broker.store(subjectOf(11));
      broker.consumers.add("s3-e11");
    };
    expect(await open(10)).toBeNull();
    expect([...broker.consumers]).toEqual(["s3-e11"]);
  });

  it("says what is in the way when that is not ours", async () => {
    broker.store(subjectOf(10));
    broker.consumers.add("foreign");
    await expect(open(10)).rejects.toMatchObject({
      code: "TROUPE_BROKER_REFUSED",
      message: expect.stringMatching(/shard 3 cannot be taken: .* takes troupe.actor.3.>; delete that consumer/),
    });
  });
});
