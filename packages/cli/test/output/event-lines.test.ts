import type { UnknownEvent } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { EventLines } from "../../src/output/event-lines.ts";

const envelope = { hostname: "w1@host", timestamp: 0, utcoffset: 0, pid: 7, clock: 1, localReceived: 5 };
const REST = "clock=1, localReceived=5, pid=7";

/** The last of these events' lines. */
function lineOf(...events: readonly Partial<UnknownEvent>[]): string | undefined {
  const lines = new EventLines();
  return events.map((event) => lines.lineOf({ ...envelope, type: "", ...event })).at(-1);
}

const received = { type: "task-received", uuid: "id-1", name: "proj.add", args: "[ 2 ]", eta: null };

describe("the line of an event", () => {
  it("has who, when, what, and the other fields in order", () => {
    expect(lineOf(received)).toBe(
      `w1@host [1970-01-01T00:00:00.000Z] task received: proj.add(id-1) args=[ 2 ], clock=1, eta=null, ` +
        "localReceived=5, pid=7, utcoffset=0",
    );
  });

  it("has the name that an earlier event of the task told", () => {
    expect(lineOf(received, { type: "task-started", uuid: "id-1" })).toContain(`task started: proj.add(id-1) ${REST}`);
    expect(lineOf(received, { type: "task-started", uuid: "id-2" })).toContain(`task started: ?(id-2) ${REST}`);
  });

  it.each([
    ["worker-online", "started: "],
    ["worker-heartbeat", "heartbeat: "],
    ["worker-offline", "shutdown: "],
  ])("has words for %s", (type, words) => {
    expect(lineOf({ type, loadavg: [1, 2] })).toContain(`] ${words}clock=1, loadavg=[1,2], `);
  });

  it("keeps a field name of an event that is of no task", () => {
    expect(lineOf({ type: "order-paid", name: "shop" })).toContain("order paid: clock=1, localReceived=5, name=shop");
  });

  it("forgets names, the oldest first", () => {
    const others = Array.from({ length: 10_000 }, (_, at) => ({ ...received, uuid: `other-${at}` }));
    expect(lineOf(received, ...others, { type: "task-started", uuid: "id-1" })).toContain("?(id-1)");
    expect(lineOf(received, ...others, { type: "task-started", uuid: "other-0" })).toContain("proj.add(other-0)");
  });

  it("stays one line without control characters, whatever it tells", () => {
    const bad = "a\nb\u001b[2J\u202e\u0007";
    const line = lineOf({
      type: "order-paid",
      hostname: bad,
      uuid: bad,
      name: bad,
      [bad]: bad,
      deep: { [bad]: [bad] },
    });
    expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(line).toContain(String.raw`a\nb\u001b[2J\u202e\u0007`);
  });
});
