// The table that the main thread and the progress thread share.

import { describe, expect, it } from "vitest";
import { SLOT_BYTES, SLOTS_PER_PAGE } from "../src/progress/slot-page.ts";
import { SlotScanner } from "../src/progress/slot-scanner.ts";
import { NO_SLOT, SlotTable } from "../src/progress/slot-table.ts";

const EVERY_MS = 100;

function pair(): { table: SlotTable<string>; scan: (now: number) => string[] } {
  const scanner = new SlotScanner(EVERY_MS);
  const table = new SlotTable<string>((memory) => scanner.add(memory));
  return {
    table,
    scan: (now) => {
      const sent: string[] = [];
      scanner.scan(now, (subject) => sent.push(subject));
      return sent.toSorted();
    },
  };
}

describe("slots", () => {
  it("are signalled once they have been held for long, and again", () => {
    const { table, scan } = pair();
    table.take("$JS.ACK.a", "a");
    expect(scan(0)).toEqual([]);
    table.take("$JS.ACK.b", "b");
    expect(scan(60)).toEqual([]);
    expect(scan(100)).toEqual(["$JS.ACK.a"]);
    expect(scan(160)).toEqual(["$JS.ACK.b"]);
    expect(scan(200)).toEqual(["$JS.ACK.a"]);
  });

  it("are silent when free, and start anew when taken again", () => {
    const { table, scan } = pair();
    const slot = table.take("old", "a");
    scan(0);
    table.release(slot);
    expect(scan(100)).toEqual([]);
    expect(table.take("new", "b")).toBe(slot);
    expect(scan(150)).toEqual([]);
    expect(scan(249)).toEqual([]);
    expect(scan(250)).toEqual(["new"]);
  });

  it("are all due after a pause", () => {
    const scanner = new SlotScanner(EVERY_MS);
    const table = new SlotTable<string>((memory) => scanner.add(memory));
    table.take("a", "a");
    const sent: string[] = [];
    scanner.scan(0, (subject) => sent.push(subject));
    scanner.allDue();
    scanner.scan(1, (subject) => sent.push(subject));
    expect(sent).toEqual(["a"]);
  });

  it("grow by pages, to a limit", () => {
    const { table, scan } = pair();
    const most = 32 * SLOTS_PER_PAGE;
    const taken = Array.from({ length: most }, (_, index) => table.take(`s${index}`, String(index)));
    expect(new Set(taken).size).toBe(most);
    expect(table.take("one too many", "x")).toBe(NO_SLOT);
    expect(table.held()).toHaveLength(most);
    scan(0);
    expect(scan(100)).toHaveLength(most);
    for (const slot of taken) table.release(slot);
    expect(table.held()).toEqual([]);
    expect(scan(200)).toEqual([]);
  });

  it("hold a subject that is too long without content", () => {
    const { table, scan } = pair();
    expect(table.take("x".repeat(SLOT_BYTES + 1), "long")).not.toBe(NO_SLOT);
    table.take("y".repeat(SLOT_BYTES), "longest");
    scan(0);
    expect(scan(100)).toEqual(["y".repeat(SLOT_BYTES)]);
    expect(table.held().toSorted()).toEqual(["long", "longest"]);
  });
});
