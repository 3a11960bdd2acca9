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
  expect(() => app.controlCommand("ping", () => 1)).toThrow(AlreadyRegisteredError);
});

it.each<readonly [string, object]>([
  ["no name!", {}],
  ["__proto__", {}],
  ["mine", { args: "folder" }],
  ["mine", { args: [{ type: "string" }] }],
  ["mine", { args: [{ name: "a", type: "text" }] }],
  ["mine", { arguments: [] }],
])("refuses %j with the options %j", (name, options) => {
  const app = new Troupe("proj");
  expect(() => app.inspectCommand(name, options, () => 1)).toThrow(InvalidArgumentError);
});
