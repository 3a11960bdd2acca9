// Arbitrary values for property tests: everything that a serializer carries.

import fc from "fast-check";

const text = fc.string({ unit: "binary", maxLength: 12 });
const key = text.filter((name) => name !== "__proto__");

function nested(leaf: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("value"), { maxLength: 5 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    ),
  }));
  return value;
}

const simple = [fc.constantFrom(null, true, false), fc.integer(), fc.maxSafeInteger(), text] as const;

/** What JSON carries. -0 is left out: it becomes 0. */
export const jsonValues: fc.Arbitrary<unknown> = nested(
  fc.oneof(
    ...simple,
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  ),
);

/** What MessagePack carries. -0 is left out: it becomes 0; so are bigints that are exact as numbers: they become numbers. */
export const msgpackValues: fc.Arbitrary<unknown> = nested(
  fc.oneof(
    ...simple,
    fc.double().filter((number) => !Object.is(number, -0)),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n - 1n }),
    fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) - 1n }),
  ),
);

/** An object of such values, as keyword arguments and headers are. */
export const mapOf = (values: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> =>
  fc.dictionary(key, values, { maxKeys: 3, noNullPrototype: true });

/** Letters and digits, as names and ids are made of. */
export const namesOf = (most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom("a", "b", "Z", "0", "9", "_"), minLength: 1, maxLength: most });
