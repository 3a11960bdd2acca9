import { expect, it, vi } from "vitest";
import { failing, reachable, refused, run } from "./support/run-program.ts";

it("changes limits and slots of workers that run", async () => {
  const { app, peer } = reachable("proj");
  peer.task("proj.add", (x: number, y: number) => x + y);
  const worker = peer.worker({ hostname: "w1@here", concurrency: 2 });
  await worker.start();
  const control = async (...words: readonly string[]): Promise<string> =>
    (await run(["-A", "proj", "control", ...words, "-d", "w1@here"], app)).out;
  expect(await control("rate_limit", "proj.add", "10/m")).toContain("new rate limit set successfully");
  expect(await control("rate_limit", "proj.add", "0")).toContain("rate limit disabled successfully");
  expect(await control("time_limit", "proj.add", "1s", "2s")).toContain("time limits set successfully");
  expect(await control("pool_grow")).toContain("pool will grow");
  expect(worker.concurrency).toBe(3);
  expect(await control("pool_shrink", "2")).toContain("pool will shrink");
  expect(worker.concurrency).toBe(1);
  const to = ["-A", "proj", "control"];
  expect(await run([...to, "autoscale", "10", "2", "-d", "w1@here"], app)).toMatchObject({ code: 1 });
  expect(await run([...to, "rate_limit", "proj.add", "abc", "-d", "w1@here"], app)).toMatchObject({ code: 1 });
  await failing([...to, "pool_grow", "-d", "nobody@here", "-t", "1ms"], app);
  await worker.stop();
  await peer.close();
});

it.each([
  [["pool_grow", "0"], /whole number/],
  [["pool_shrink", "2.5"], /whole number/],
  [["autoscale", "10"], /missing required argument 'min'/],
  [["time_limit", "proj.add", "soon"], /milliseconds/],
])("refuses control %j", async (words, message) => {
  expect((await refused(["-A", "proj", "control", ...words])).message).toMatch(message);
});

it("makes a worker with the slots, the fairness and the tasks in advance that are wanted", async () => {
  const { app, peer } = reachable("proj");
  const made = vi.spyOn(app, "worker").mockImplementation(() => {
    throw new Error("enough");
  });
  const words = ["-A", "proj", "worker", "--autoscale", "10,3", "-O", "fair", "--prefetch-multiplier", "4"];
  await expect(run(words, app)).rejects.toThrow("enough");
  expect(made.mock.calls[0]?.[0]).toMatchObject({ autoscale: [10, 3], prefetchMultiplier: 4 });
  await peer.close();
});

it.each([
  [["--autoscale", "10"], /two whole numbers/],
  [["--autoscale", "10,0"], /two whole numbers/],
  [["--autoscale", "1,2,3"], /two whole numbers/],
  [["-O", "default"], /Allowed choices are fair/],
])("refuses worker %j", async (words, message) => {
  expect((await refused(["-A", "proj", "worker", ...words])).message).toMatch(message);
});
