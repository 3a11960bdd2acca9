import { expect, it } from "vitest";
import { errbackHandler } from "../../src/app/errback-handler.ts";
import { RemoteError } from "../../src/model/errors.ts";
import { failureOf } from "../../src/model/failure.ts";

class CardDeclined extends Error {
  override readonly name = "CardDeclined";
}

/** What an errback gets of what arrived. */
function given(...arrived: readonly unknown[]): readonly unknown[] {
  let got: readonly unknown[] = [];
  const handler = errbackHandler(
    (...args) => {
      got = args;
    },
    [CardDeclined],
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the handler does not look at its context
  handler.apply(undefined as never, [...arrived]);
  return got;
}

const request = { id: "task-1", task: "proj.pay", args: [5] };

it("makes the failure an error again, of a class that the application knows", () => {
  const [first, error, traceback, own] = given(request, failureOf(new CardDeclined("no")), "CardDeclined: no", 7);
  expect([first, traceback, own]).toEqual([request, "CardDeclined: no", 7]);
  expect(error).toBeInstanceOf(CardDeclined);
  expect(error).toMatchObject({ message: "no", taskId: "task-1" });
});

it("makes an error of an unknown class a RemoteError", () => {
  const [, error] = given(request, { type: "Odd", message: "no" }, null);
  expect(error).toBeInstanceOf(RemoteError);
});

it("does so without a traceback, too, as where it is called by hand", () => {
  expect(given(request, failureOf(new TypeError("no")))).toEqual([request, expect.any(TypeError)]);
});

it("leaves the arguments of an immutable errback as they are", () => {
  expect(given(7, 8)).toEqual([7, 8]);
  expect(given()).toEqual([]);
  expect(given({ a: 1 }, { b: 2 })).toEqual([{ a: 1 }, { b: 2 }]);
});
