import { expect, it } from "vitest";
import { Troupe } from "../../src/app/troupe.ts";
import { AlreadyRegisteredError, InvalidArgumentError } from "../../src/model/errors.ts";
import { BUILT_IN_COMMANDS } from "../../src/model/user-command.ts";

it("are known under names that no command of every worker has", async () => {
  const app = new Troupe("proj");
  await using worker = app.worker({ hostname: "w1@here" });
  await worker.start();
  const replies = await app.control.broadcast<{ error: string }>("no_such", {}, { timeout: "30s" });
  const known = /this worker knows (.*)$/.exec(replies["w1@here"]?.error ?? "")?.[1]?.split(", ") ?? [];
  expect(known.sort()).toEqual([...BUILT_IN_COMMANDS].sort());
  await worker.stop();
  await app.close();
});

it("have names of their own", () => {
  const app = new Troupe("proj");
  app.inspectCommand("mine", () => 1);
  expect(() => app.controlCommand("mine", () => 1)).toThrow(AlreadyRegisteredError);
  for (const taken of ["ping", "terminate", "dump_active"])
    expect(() => app.controlCommand(taken, () => 1)).toThrow(AlreadyRegisteredError);
  app.inspectCommand("other", { alias: "also" }, () => 1);
  for (const alias of ["also", "other", "mine", "ping", "third"])
    expect(() => app.controlCommand("third", { alias }, () => 1)).toThrow(AlreadyRegisteredError);
  expect(() => app.controlCommand("also", () => 1)).toThrow(AlreadyRegisteredError);
  expect([...app.commands.keys()]).toEqual(["mine", "other"]);
});

it("wait as long as they say, unless the caller says otherwise", async () => {
  const app = new Troupe("proj");
  const patient = app.inspectCommand("patient", { timeout: "30s" }, async () => "there");
  await using worker = app.worker({ hostname: "w1@here" });
  await worker.start();
  expect(await patient({}, { destination: ["w1@here"] })).toEqual({ "w1@here": "there" });
  expect(await patient({}, { destination: ["nobody@here"], timeout: "1ms" })).toEqual({});
  await worker.stop();
  await app.close();
});

it.each<readonly [string, object]>([
  ["no name!", {}],
  ["__proto__", {}],
  ["mine", { args: "folder" }],
  ["mine", { args: [{ type: "string" }] }],
  ["mine", { args: [{ name: "a", type: "text" }] }],
  ["mine", { arguments: [] }],
  ["mine", { alias: "no name!" }],
  ["mine", { timeout: "soon" }],
  ["mine", { args: [{ name: "a", optional: true }, { name: "b" }] }],
  ["mine", { args: [{ name: "a", variadic: true }, { name: "b" }] }],
])("refuses %j with the options %j", (name, options) => {
  const app = new Troupe("proj");
  expect(() => app.inspectCommand(name, options, () => 1)).toThrow(InvalidArgumentError);
});
