import { describe, expect, it } from "vitest";
import { censored } from "../../src/app/censored.ts";

describe("a setting in a report", () => {
  it.each(["pass", "token", "apiKey", "nkeySeed", "creds", "credsFile", "user", "clientSecret", "DATABASE_URL"])(
    "is hidden when it is called %s",
    (name) => {
      expect(censored(name, "hush")).toBe("********");
      expect(censored("transportOptions", { deep: [{ [name]: { inner: "hush" } }] })).toEqual({
        deep: [{ [name]: "********" }],
      });
    },
  );

  it("shows numbers and flags, whatever they are called", () => {
    expect(censored("userCount", 3)).toBe(3);
    expect(censored("passThrough", false)).toBe(false);
  });

  it("loses the credentials of URLs", () => {
    expect(censored("servers", ["nats://u:hush@a", "plain"])).toEqual(["nats://a", "plain"]);
  });

  it("names functions, classes and instances instead of showing what is in them", () => {
    class Broken extends Error {}
    expect(censored("errors", [Broken])).toEqual(["[Broken]"]);
    expect(censored("logger", new Map([["token", "hush"]]))).toBe("[Map]");
    expect(censored("thing", Object.create(null))).toEqual({});
  });

  it("ends in circular objects", () => {
    const loop: Record<string, unknown> = {};
    loop["again"] = loop;
    expect(JSON.stringify(censored("loop", loop))).toContain("[Object]");
  });
});
