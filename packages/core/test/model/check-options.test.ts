import { expect, it } from "vitest";
import { checkOptions, type OptionSubject, type OptionTable } from "../../src/model/check-options.ts";
import { ConfigError, InvalidArgumentError, UnsupportedError } from "../../src/model/errors.ts";
import * as rule from "../../src/model/option-rules.ts";

const TABLE: OptionTable = { queue: rule.queueName, expires: rule.duration, flag: rule.flag, eta: "later" };
const OPTION: OptionSubject = { what: 'option of task "add":', kind: "argument" };
const SETTING: OptionSubject = { what: "setting", kind: "setting" };

it("accepts right values, and takes undefined and null as not given", () => {
  const given = [{ queue: "a", expires: "10s", flag: false }, { queue: undefined, expires: null, eta: undefined }, {}];
  for (const options of given) expect(() => checkOptions(options, TABLE, OPTION)).not.toThrow();
});

it("names an unknown option with its nearest match", () => {
  expect(() => checkOptions({ expire: 1 }, TABLE, OPTION)).toThrow(
    'unknown option of task "add": "expire"; did you mean "expires"?',
  );
  expect(() => checkOptions({ expire: 1 }, TABLE, OPTION)).toThrow(InvalidArgumentError);
  expect(() => checkOptions({ qeue: 1 }, TABLE, SETTING)).toThrow('unknown setting "qeue"; did you mean "queue"?');
  expect(() => checkOptions({ qeue: 1 }, TABLE, SETTING)).toThrow(ConfigError);
});

it("guesses only what keeps more than half of a name, and never names an option of later versions", () => {
  const known = "known are queue, expires, flag";
  for (const name of ["x", "q", "fl", "ttl", "eat", "etaa", "what"])
    expect(() => checkOptions({ [name]: 1 }, TABLE, SETTING)).toThrow(`unknown setting "${name}"; ${known}`);
  expect(() => checkOptions({ Flag: 1 }, TABLE, SETTING)).toThrow('did you mean "flag"?');
});

it("takes no options for none, and refuses what is no object", () => {
  for (const none of [undefined, null]) expect(() => checkOptions(none, TABLE, OPTION)).not.toThrow();
  for (const [given, text] of [
    [5, "5"],
    ["10s", '"10s"'],
    [["a"], '["a"]'],
    [() => {}, "() => {"],
  ] as const) {
    // @ts-expect-error -- what JavaScript callers can give
    const check = (): void => checkOptions(given, TABLE, OPTION);
    expect(check).toThrow(InvalidArgumentError);
    expect(check).toThrow(`wrong option of task "add": ${text}`);
  }
});

it("names a wrong value and what is wanted", () => {
  expect(() => checkOptions({ flag: "yes" }, TABLE, SETTING)).toThrow(
    'setting "flag" is "yes"; it takes true or false',
  );
  expect(() => checkOptions({ flag: 1 }, TABLE, OPTION)).toThrow(InvalidArgumentError);
});

it("refuses an option of later versions with a clear word", () => {
  expect(() => checkOptions({ eta: new Date() }, TABLE, OPTION)).toThrow(UnsupportedError);
  expect(() => checkOptions({ eta: new Date() }, TABLE, OPTION)).toThrow(
    '"eta" is not supported by this version of Troupe',
  );
});

it("does not take an inherited name for an option", () => {
  for (const name of ["toString", "constructor", "hasOwnProperty", "__defineGetter__"]) {
    expect(() => checkOptions({ [name]: 1 }, TABLE, SETTING)).toThrow(`unknown setting "${name}"`);
  }
  const proto: object = JSON.parse('{"__proto__": 1}');
  expect(() => checkOptions(proto, TABLE, SETTING)).toThrow('unknown setting "__proto__"');
});

it("names a value that cannot be turned into text", () => {
  expect(() => checkOptions({ queue: ["a", 5] }, TABLE, SETTING)).toThrow('"queue" is ["a", 5]; it takes');
  expect(() => checkOptions({ queue: [] }, TABLE, SETTING)).toThrow('"queue" is []; it takes');
  for (const value of [Object.create(null), { toString: 1, valueOf: 1 }, Symbol("x"), 1n]) {
    expect(() => checkOptions({ flag: value }, TABLE, SETTING)).toThrow('setting "flag" is');
  }
});
