import { expect, it } from "vitest";
import { type Callee, callOf, composeMessage, type Origin } from "../../src/client/compose-message.ts";
import { CALLED } from "../../src/client/running-task.ts";
import type { ApplyOptions } from "../../src/model/apply-options.ts";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { kw } from "../../src/model/kw.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";

const CALLEE: Callee = {
  name: "proj.add",
  queue: "default",
  priority: null,
  inheritsPriority: false,
  defaultPriority: null,
  ignoreResult: false,
  atMostOnce: false,
  serializer: "msgpack",
  expiresMs: null,
};
const ORIGIN: Origin = { caller: undefined, reply: "client-1", eta: null, expires: null, origin: "1@host" };

function compose(options: ApplyOptions = {}, callee: Partial<Callee> = {}, origin: Partial<Origin> = {}): TaskMessage {
  return composeMessage({ ...CALLEE, ...callee }, callOf("proj.add", [2, 2], options), { ...ORIGIN, ...origin });
}

it("takes a trailing kw and the option kwargs together; the option wins", () => {
  const { args, kwargs } = callOf("add", [1, kw<object>({ a: 1, b: 1 })], { kwargs: { b: 2, c: 2 } });
  expect([args, kwargs]).toEqual([[1], { a: 1, b: 2, c: 2 }]);
});

it.each([["text"], [null], [{ 0: 1, length: 1 }], [5], [new Set([1])]])(
  "refuses %j for the list of arguments",
  (args) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
    const wrong = args as unknown as unknown[];
    expect(() => callOf("add", wrong)).toThrow(InvalidArgumentError);
    expect(() => callOf("add", wrong)).toThrow('args of task "add" is ');
  },
);

it("checks the options of a call, naming the task", () => {
  const call = (options: object) => (): unknown => callOf("add", [], options as ApplyOptions);
  expect(call({ qeue: "x" })).toThrow('unknown option of a call of task "add": "qeue"; did you mean "queue"?');
  expect(call({ expires: "10 s" })).toThrow('option of a call of task "add": "expires" is "10 s"');
  expect(call({ timeLimit: "1s", softTimeLimit: "2s" })).toThrow(
    'option of a call of task "add": "softTimeLimit" is 2000 ms, which is not below "timeLimit", 1000 ms',
  );
});

it.each<readonly [string, ApplyOptions, Partial<Callee>, number | null]>([
  ["none", {}, {}, null],
  ["the call's", { priority: 0 }, { priority: 5, inheritsPriority: true, defaultPriority: 2 }, 0],
  ["the task's", {}, { priority: 5, inheritsPriority: true, defaultPriority: 2 }, 5],
  ["the caller's", {}, { inheritsPriority: true, defaultPriority: 2 }, 8],
  ["the default one", {}, { defaultPriority: 2 }, 2],
])("gives a message %s of priorities", (_which, options, callee, expected) => {
  const caller = { id: "p", rootId: "r", deliveryInfo: { priority: 8 }, [CALLED]: () => {} };
  expect(compose(options, callee, { caller }).priority).toBe(expected);
});

it("fills in what the caller left out", () => {
  const message = compose();
  expect(message).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    gen: 0,
    name: "proj.add",
    args: [2, 2],
    kwargs: {},
    queue: "default",
    priority: null,
    rootId: message.id,
    parentId: null,
    reply: "client-1",
    eta: null,
    expires: null,
    retries: 0,
    ignoreResult: false,
    atMostOnce: false,
    headers: {},
    shadow: null,
    argsrepr: null,
    kwargsrepr: null,
    origin: "1@host",
    canvas: null,
  });
  expect(compose().id).not.toBe(message.id);
});

it("lets the options of the call win over those of the task", () => {
  const options: ApplyOptions = {
    taskId: "task-1",
    queue: "hipri",
    ignoreResult: true,
    rootId: "root",
    parentId: "parent",
    headers: { tenant: "a" },
    shadow: "shown",
    argsrepr: "(…)",
    kwargsrepr: "{…}",
    softTimeLimit: "1s",
  };
  expect(compose(options, { ignoreResult: false, queue: "low" })).toMatchObject({
    id: "task-1",
    queue: "hipri",
    ignoreResult: true,
    rootId: "root",
    parentId: "parent",
    headers: { tenant: "a" },
    shadow: "shown",
    argsrepr: "(…)",
    kwargsrepr: "{…}",
    timeLimits: { softMs: 1_000, hardMs: null },
  });
  expect(compose({ ignoreResult: false }, { ignoreResult: true }).ignoreResult).toBe(false);
});

it("takes undefined and null for options that are not given", () => {
  const names = [
    "queue",
    "taskId",
    "ignoreResult",
    "headers",
    "shadow",
    "argsrepr",
    "kwargsrepr",
    "rootId",
    "parentId",
  ];
  for (const nothing of [undefined, null]) {
    const options: ApplyOptions = Object.fromEntries([...names, "kwargs"].map((name) => [name, nothing]));
    const { id, rootId, ...rest } = compose(options);
    const { id: _id, rootId: _rootId, ...plain } = compose();
    expect(rest).toEqual(plain);
    expect(rootId).toBe(id);
  }
});

it("asks for no push of a result that is ignored", () => {
  expect(compose({ ignoreResult: true }).reply).toBeNull();
  expect(compose({}, { ignoreResult: true }).reply).toBeNull();
});

it("makes the running task the parent, and takes over its root", () => {
  const caller = { id: "parent", rootId: "root", [CALLED]: () => {} };
  expect(compose({}, {}, { caller })).toMatchObject({ parentId: "parent", rootId: "root" });
  expect(compose({ parentId: "other", rootId: "another" }, {}, { caller })).toMatchObject({
    parentId: "other",
    rootId: "another",
  });
});
