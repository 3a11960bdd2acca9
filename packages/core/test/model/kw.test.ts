import { expect, it } from "vitest";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { InvalidArgumentError, SerializationError } from "../../src/model/errors.ts";
import { kw, NO_KEYWORDS, splitArguments } from "../../src/model/kw.ts";
import { thrownBy } from "../support/thrown-by.ts";

it("splits a trailing kw off", () => {
  expect(splitArguments([1, 2, kw<object>({ debug: true })])).toEqual({ args: [1, 2], kwargs: { debug: true } });
  expect(splitArguments([kw<object>({ debug: true })])).toEqual({ args: [], kwargs: { debug: true } });
});

it("takes a plain object as an ordinary argument", () => {
  expect(splitArguments([1, { debug: true }])).toEqual({ args: [1, { debug: true }], kwargs: {} });
  expect(splitArguments([])).toEqual({ args: [], kwargs: {} });
});

it.each([null, undefined, 5, "debug", ["debug"], new Map([["debug", true]]), new Date(0), () => {}])(
  "refuses %s for keywords",
  (values) => {
    // @ts-expect-error -- what JavaScript callers can give
    expect(() => kw<object>(values)).toThrow(InvalidArgumentError);
  },
);

it("does not copy the arguments of a call without keywords", () => {
  const args = [1, 2];
  expect(splitArguments(args).args).toBe(args);
  expect(splitArguments(args).kwargs).toBe(NO_KEYWORDS);
});

it("never lets keywords that do not come last travel as an empty object", () => {
  const thrown = thrownBy(() => {
    const { args } = splitArguments([kw<object>({ debug: true }), 2]);
    serializerNamed("msgpack").check(args, "args");
  });
  expect(thrown instanceof InvalidArgumentError || thrown instanceof SerializationError).toBe(true);
});
