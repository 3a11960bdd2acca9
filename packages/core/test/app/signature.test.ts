import { afterEach, expect, it } from "vitest";
import { group, InvalidArgumentError, InvalidCanvasError, signature, Troupe } from "../../src/index.ts";
import { silentLogger } from "../support/loggers.ts";

const UNKNOWN = "signature(...) does not know the application";
let apps: Troupe[] = [];

function appOf(name: string): Troupe {
  const app = new Troupe(name, { logger: silentLogger, broker: "memory:" });
  apps.push(app);
  return app;
}

afterEach(async () => {
  for (const app of apps) await app.close();
  apps = [];
});

it("belongs to the only application", async () => {
  const app = appOf("one");
  app.task("one.add", (x: number, y: number) => x + y);
  const sum = signature<number>("one.add", [2], { queue: "lopri" });
  expect([String(sum), sum.options]).toEqual(["one.add(2)", { queue: "lopri" }]);
  expect(await sum.call(2)).toBe(4);
  expect(await signature<number>(sum.toJSON()).call(3)).toBe(5);
});

it("belongs to the application whose task runs here", async () => {
  const [one, other] = [appOf("one"), appOf("other")];
  const call = () => signature<string>("any.name").call();
  one.task("any.name", () => "one");
  other.task("any.name", () => "other");
  const [inOne, inOther] = [one.task("one.task", call), other.task("other.task", call)];
  expect([await inOne(), await inOther()]).toEqual(["one", "other"]);
});

it("is found by a group without members, too", async () => {
  appOf("one");
  expect(await (await group([]).delay()).get()).toEqual([]);
  appOf("other");
  await expect(group([]).delay()).rejects.toThrow("belongs to no application");
});

it("says what to write where the application is not clear", async () => {
  expect(() => signature("any.name")).toThrow(UNKNOWN);
  const one = appOf("one");
  const other = appOf("other");
  expect(() => signature("any.name")).toThrow(InvalidCanvasError);
  expect(() => signature("any.name")).toThrow("write app.signature(...)");
  await one.close();
  expect(String(signature("any.name"))).toBe("any.name()");
  const both = other.task("other.task", () => {
    const another = appOf("another");
    return another.task("another.task", () => signature("any.name"))();
  });
  expect(() => both()).toThrow(UNKNOWN);
});

it("checks names, arguments and data", () => {
  const app = appOf("one");
  expect(() => signature("a b")).toThrow(InvalidArgumentError);
  const wrong: unknown = 5;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a program without types may pass
  expect(() => app.signature("any.name", wrong as [])).toThrow("give a list");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a program without types may pass
  expect(() => app.signature(wrong as never)).toThrow(TypeError);
});
