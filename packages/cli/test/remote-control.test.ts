import { expect, it } from "vitest";
import { failing, reachable, run } from "./support/run-program.ts";

const TO = ["-A", "proj"];

it("asks workers all that they know, as text and as JSON", async () => {
  const { app, peer } = reachable("proj");
  peer.task("proj.add", { maxRetries: 5 }, (x: number, y: number) => x + y);
  for (const hostname of ["w1@here", "w2@there"]) await peer.worker({ hostname, concurrency: 2 }).start();
  const inspect = async (...words: readonly string[]): Promise<string> =>
    (await run([...TO, "inspect", ...words], app)).out;

  expect(await inspect("reserved")).toBe(
    "->  w1@here: OK\n        - empty -\n->  w2@there: OK\n        - empty -\n\n2 nodes online.\n",
  );
  expect(await inspect("dump_reserved", "--limit", "1")).toContain("1 node online.");
  const at = ["-d", "w1@here", "-j"];
  expect(JSON.parse(await inspect("active_queues", ...at))).toEqual({
    "w1@here": [{ name: "default", consuming: true, paused: false }],
  });
  expect(await inspect("registered", "maxRetries", "--pattern", "*@there")).toBe(
    "->  w2@there: OK\n        * proj.add [maxRetries=5]\n\n1 node online.\n",
  );
  expect(JSON.parse(await inspect("query_task", "one", "two", ...at))).toEqual({ "w1@here": {} });
  expect(Object.keys(JSON.parse(await inspect("conf", "--with-defaults", ...at))["w1@here"])).toContain("ackWait");
  expect(JSON.parse(await inspect("memsample", ...at))).toMatchObject({ "w1@here": { rss: expect.any(Number) } });
  expect(JSON.parse(await inspect("clock", ...at))).toMatchObject({ "w1@here": { clock: expect.any(Number) } });
  expect(await inspect("report", "-d", "w1@here")).toMatch(/^->  w1@here: OK\n {8}software -> troupe: /);
  expect(await inspect("registered", "colour", "-d", "w1@here")).toMatch(
    /^->  w1@here: ERROR\n {8}argument of command/,
  );
  await peer.close();
});

it("changes what workers consume, and stops them", async () => {
  const { app, peer } = reachable("proj");
  const worker = peer.worker({ hostname: "w1@here" });
  await worker.start();
  const control = (...words: readonly string[]): ReturnType<typeof run> => run([...TO, "control", ...words], app);

  expect(await control("add_consumer", "media")).toMatchObject({
    code: 0,
    out: "->  w1@here: OK\n        add consumer media\n",
  });
  expect(worker.queues).toEqual(["default", "media"]);
  expect(JSON.parse((await control("cancel_consumer", "media", "-j")).out)).toEqual([
    { "w1@here": { ok: "no longer consuming from media" } },
  ]);
  expect(await control("pool_restart", "-d", "w1@here")).toMatchObject({ code: 1, out: /ERROR\n {8}pool "async"/ });
  await failing([...TO, "control", "shutdown", "-d", "nobody@here", "-t", "1ms"], app);
  expect(await control("shutdown", "--mode", "cold", "--stop-timeout", "1s")).toMatchObject({ code: 0 });
  await worker.stopped;
  await peer.close();
});

it.each([
  [["control", "add_consumer"], /missing required argument 'queue'/],
  [["control", "ad_consumer", "x"], /Did you mean add_consumer/],
  [["control", "shutdown", "--mode", "now"], /Allowed choices are warm, soft, cold/],
  [["control", "revoke", "a", "-d", "w1@here"], /revoke is for all workers/],
  [["inspect", "query_task"], /missing required argument 'ids'/],
  [["inspect", "actve"], /Did you mean active/],
  [["inspect", "ping", "--limit", "0"], /whole number/],
  [["control", "pool_grow", "-d", "w1"], /"w1" has no host/],
])("refuses %j", async (words, message) => {
  const { app } = reachable("proj");
  await expect(run([...TO, ...words], app)).rejects.toThrow(message);
});
