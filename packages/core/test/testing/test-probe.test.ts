// Waiting in tests ends with what came, or says what did not.

import { expect, it } from "vitest";
import { eventually, TestProbe, within } from "../../src/testing/test-probe.ts";

it("gives items in order, those that came before and those that come later", async () => {
  const probe = new TestProbe<number>();
  probe.add(1);
  const rest = probe.next("the first").then(() => probe.take(2, "two more"));
  probe.add(2);
  setImmediate(() => probe.add(3));
  expect(await rest).toEqual([2, 3]);
  expect(probe.items).toEqual([1, 2, 3]);
});

it("says what did not come, and how far it got", async () => {
  const probe = new TestProbe<number>(20);
  probe.add(1);
  await expect(probe.take(3, "three numbers")).rejects.toThrow(
    "did not happen within 20 ms: three numbers (1 of 3 came)",
  );
});

it("asks until the answer is yes", async () => {
  let asked = 0;
  await eventually("the third time", () => {
    asked += 1;
    return asked === 3;
  });
  expect(asked).toBe(3);
});

it("says what never became true", async () => {
  await expect(eventually("the impossible", () => false, 20)).rejects.toThrow(
    "did not happen within 20 ms: the impossible",
  );
});

it("passes on the outcome of a promise that is in time", async () => {
  expect(await within(Promise.resolve(1), () => "nothing")).toBe(1);
  await expect(within(Promise.reject(new Error("its own")), () => "nothing")).rejects.toThrow("its own");
});
