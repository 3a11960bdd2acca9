import type { Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dumpEvents } from "../../src/events/dump-events.ts";
import type { OutputOptions } from "../../src/output/output.ts";
import { recordedOutput } from "../support/recorded-output.ts";
import { reachable } from "../support/run-program.ts";

let app: Troupe;
let peer: Troupe;

beforeEach(() => {
  ({ app, peer } = reachable("proj"));
});

afterEach(async () => {
  await app.close();
  await peer.close();
});

/** What is printed of one event. */
async function dumped(pattern: string, options: Partial<OutputOptions>): Promise<{ out: string; err: string }> {
  const { output, out, err } = recordedOutput(options);
  let stop = (): void => {};
  const code = dumpEvents(app, pattern, output, async () => {
    await new Promise<void>((resolve) => {
      stop = resolve;
      void peer.events.send("stock-low", { left: 1 }).then(() => peer.events.send("order-paid", { text: "\u001b[2J" }));
    });
  });
  await eventually("the event is printed", () => out().includes("[2J"), 10_000);
  stop();
  expect(await code).toBe(0);
  return { out: out(), err: err() };
}

it("prints a line for each event that fits, below a line that says that it listens", async () => {
  const { out, err } = await dumped("order-*", {});
  expect(out).toMatch(
    /^-> evdump: starting capture\.\.\.\ngen\d+@\S+ \[.*Z\] order paid: clock=.*, text=\\u001b\[2J.*\n$/,
  );
  expect(err).toBe("");
});

it("prints JSON only where that is asked for", async () => {
  const { out, err } = await dumped("*", { json: true });
  const [low = "", paid = "", rest] = out.split("\n");
  expect(JSON.parse(low)).toMatchObject({ type: "stock-low", left: 1 });
  expect(JSON.parse(paid)).toMatchObject({ type: "order-paid", text: "\u001b[2J", hostname: expect.any(String) });
  expect(rest).toBe("");
  expect(err).toBe("-> evdump: starting capture...\n");
});

it("prints events alone when it is to be quiet", async () => {
  expect((await dumped("order-*", { quiet: true })).out).toMatch(/^gen.*\n$/);
});

it("refuses a pattern that fits nothing", async () => {
  const { output } = recordedOutput();
  await expect(dumpEvents(app, "", output, async () => {})).rejects.toMatchObject({ code: "TROUPE_INVALID_ARGUMENT" });
});
