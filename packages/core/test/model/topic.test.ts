import fc from "fast-check";
import { expect, it } from "vitest";
import { fitsTopic, isRoutingKey, isTopicPattern } from "../../src/model/topic.ts";

it.each([
  ["media.video.high", "media.video.high", true],
  ["media.video.high", "media.video", false],
  ["media.*.high", "media.video.high", true],
  ["media.*.high", "media.high", false],
  ["media.*.high", "media.a.b.high", false],
  ["*", "media", true],
  ["*", "media.video", false],
  ["#", "media", true],
  ["#", "media.video.high", true],
  ["media.#", "media", true],
  ["media.#", "media.video.high", true],
  ["media.#", "mediator", false],
  ["#.high", "high", true],
  ["#.high", "media.video.high", true],
  ["#.high", "media.high.low", false],
  ["media.#.high", "media.high", true],
  ["media.#.high", "media.a.b.high", true],
  ["#.video.#", "a.video", true],
  ["#.video.#", "a.b", false],
  ["*.#", "a", true],
  ["*.*.#", "a", false],
  ["#.#", "a", true],
])("%s fits %s: %s", (pattern, key, fits) => {
  expect(fitsTopic(pattern, key)).toBe(fits);
});

it("agrees with a regular expression", () => {
  const word = fc.constantFrom("a", "b");
  const patterns = fc.array(fc.constantFrom("a", "b", "*", "#"), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(patterns, fc.array(word, { minLength: 1, maxLength: 6 }), (parts, words) => {
      const expression = parts.map((part) => (part === "#" ? "(?:[ab]\\.)*" : part === "*" ? "[ab]\\." : `${part}\\.`));
      const fits = new RegExp(`^${expression.join("")}$`).test(`${words.join(".")}.`);
      expect(fitsTopic(parts.join("."), words.join("."))).toBe(fits);
    }),
  );
});

it("takes no longer for many #", () => {
  const pattern = `${"#.a.".repeat(50)}b`;
  expect(fitsTopic(pattern, `${"a.".repeat(100)}c`)).toBe(false);
});

it("says what can be a key and a pattern", () => {
  for (const key of ["a", "media.video-2.HIGH_1"])
    expect([isRoutingKey(key), isTopicPattern(key)]).toEqual([true, true]);
  for (const pattern of ["*", "#", "a.*.#"])
    expect([isRoutingKey(pattern), isTopicPattern(pattern)]).toEqual([false, true]);
  for (const wrong of ["", ".", "a.", ".a", "a..b", "a b", "a*", "#a", "x".repeat(256), 7, null])
    expect([isRoutingKey(wrong), isTopicPattern(wrong)]).toEqual([false, false]);
});
