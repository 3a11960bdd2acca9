import { expect, it } from "vitest";
import { deferred } from "../../src/platform/deferred.ts";

it("is settled once, from outside", async () => {
  const first = deferred<number>();
  first.resolve(1);
  first.reject(new Error("too late"));
  expect(await first.promise).toBe(1);
  const second = deferred<number>();
  second.reject(new Error("no"));
  second.resolve(2);
  await expect(second.promise).rejects.toThrow("no");
});
