import { expect, it } from "vitest";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { Retry, type RetryOptions } from "../../src/model/retry.ts";

it.each<readonly [RetryOptions | undefined, string]>([
  [undefined, "Retry"],
  [{}, "Retry"],
  [{ countdown: "3s", eta: new Date(0) }, "Retry in 3s"],
  [{ countdown: 250 }, "Retry in 250ms"],
  [{ eta: new Date(0) }, "Retry at 1970-01-01T00:00:00.000Z"],
])("says when, of %j", (options, message) => {
  expect(new Retry(options)).toMatchObject({ name: "Retry", message, options: options ?? {} });
});

it("has the reason for its cause", () => {
  const exc = new TypeError("busy");
  expect(new Retry({ exc }).cause).toBe(exc);
});

it.each<readonly [string, unknown]>([
  ["countdown", "3 s"],
  ["eta", 5],
  ["exc", "busy"],
  ["maxRetries", -1],
  ["maxRetries", 1_001],
  ["args", "x"],
  ["kwargs", []],
  ["countdwn", 3],
])("refuses the option %s when it is %j", (name, value) => {
  expect(() => new Retry({ [name]: value })).toThrow(InvalidArgumentError);
});

it("takes undefined for what is not given, and no limit", () => {
  expect(() => new Retry({ countdown: undefined, maxRetries: undefined })).not.toThrow();
  expect(() => new Retry({ maxRetries: null })).not.toThrow();
});
