// What a user reads for the most common mistakes, and what types cost: both are told by the compiler itself.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const here = path.dirname(fileURLToPath(import.meta.url));
const compiler = path.resolve(here, "../../node_modules/typescript/bin/tsc");
const HEAD = `import { app, add, both, mul, notify, shout, tsum } from "../../types/tasks.ts";
import { chain, chord, group, kw } from "@troupe/core";
void [app, add, both, mul, notify, shout, tsum, chain, chord, group, kw];
`;

let folder: string;

beforeAll(async () => {
  const parent = path.resolve(here, "../.troupe");
  await mkdir(parent, { recursive: true });
  folder = await mkdtemp(path.join(parent, "types-"));
  const config = { extends: "../../../tsconfig.base.json", compilerOptions: { noEmit: true }, files: ["main.ts"] };
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(config));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** What the compiler says of some lines. */
async function compiled(lines: readonly string[], ...options: readonly string[]): Promise<string> {
  await writeFile(path.join(folder, "main.ts"), HEAD + lines.join("\n"));
  const run = promisify(execFile)(process.execPath, [compiler, "-p", folder, "--pretty", "false", ...options]);
  const { stdout } = await run.catch((failed: unknown) => {
    if (failed instanceof Error && "stdout" in failed) return { stdout: failed.stdout };
    throw failed;
  });
  return String(stdout);
}

const MISFIT = "the result of the step before does not fit the first missing parameter";
const FULL = "this signature has all its arguments; use .si(...) to ignore the result of the step before";

const MISTAKES: readonly (readonly [line: string, message: string])[] = [
  ['void add.delay(2, "2");', "Argument of type 'string' is not assignable to parameter of type 'number'."],
  ["void mul.delay(2);", "Expected 2 arguments, but got 1."],
  ["void add.s(2).delay();", "Expected 1-2 arguments, but got 0."],
  [
    "void chain(add.s(2, 2), shout.s());",
    `Type 'Signature<string, [s: string], never, "one">' is missing the following properties from type 'Problem<"${MISFIT}", number, string>'`,
  ],
  ["void add.s(2, 2).pipe(shout.s());", `'Problem<"${MISFIT}", number, string>'`],
  ["void add.s(2, 2).link(shout.s());", `'Problem<"${MISFIT}", number, string>'`],
  ["void chord([add.s(2, 2)], shout.s());", `'Problem<"${MISFIT}", [number], string>'`],
  ["void chain(add.s(2, 2), mul.s(8, 9));", `'Problem<"${FULL}", never, never>'`],
  [
    "void chain(add.s(2, 2), mul.s());",
    `'Problem<"after the result of the step before, arguments are still missing", number, [y: number]>'`,
  ],
  ['void group(add.s(2, 2), shout.s("a")).pipe(tsum.s());', `'Problem<"${MISFIT}", [number, string], number[]>'`],
  [
    "void chain(add.s(2, 2), mul);",
    `Argument of type 'Task<[x: number, y: number], number, "proj.mul">' is not assignable to parameter of type 'AnySignature`,
  ],
  [
    "void add.delay(2, 2, kw({ debgu: true }));",
    "Object literal may only specify known properties, but 'debgu' does not exist",
  ],
  ["void add.s(2, kw({ debgu: true }));", "Did you mean to write 'debug'?"],
  ["export const n: number = await add.delay(2, 2);", "Type 'AsyncResult<number>' is not assignable to type 'number'."],
  [
    'app.task("t", function (n: number) { return [n, this.id]; });',
    "'this' implicitly has type 'any' because it does not have a type annotation.",
  ],
  ['void add.s("2");', `Argument of type '["2"]' is not assignable to parameter of type`],
  ["void mul.map([1, 2]);", "Type 'number' is not assignable to type 'NotOneArgument'"],
  [
    "void group(add.s(1), mul.s(2, 2)).delay(1);",
    `'Problem<"the members of this group do not take the same number of arguments", never, never>'`,
  ],
];

it("says what is wrong with the most common mistakes, once each, on the line of the mistake", async () => {
  const output = await compiled(MISTAKES.map(([line]) => line));
  const said = output.split(/^(?=main[.]ts\(|.*main[.]ts\()/m).filter((part) => /^\S*main[.]ts.*error TS/.test(part));
  const first = HEAD.split("\n").length;
  expect(said.map((part) => Number(/main[.]ts\((\d+),/.exec(part)?.[1]))).toEqual(MISTAKES.map((_, at) => first + at));
  for (const [at, [, message]] of MISTAKES.entries()) expect(said[at]).toContain(message);
});

it("names only what is public in the declarations of exported signatures", async () => {
  const exported = [
    "add.s(1)",
    "chain(add.s(1), add.s(2))",
    "group(add.s(1), add.s(2))",
    "chord([add.s(1)], tsum.s())",
    "chord([add.s(1)])",
    "add.s(1).pipe(mul.s(2)).clone({ args: [4] }).freeze()",
    "mul.chunks([[1, 1]], 2).group()",
    'app.errback("t.e", (_request, _error, _traceback, x: number) => x).s(1)',
    "app.remote<{ add: typeof add }>()",
    'app.signature("t.b")',
    "app.signature(add.s().toJSON())",
  ].map((value, at) => `export const v${at} = ${value};`);
  expect(await compiled(exported, "--declaration")).not.toMatch(/main[.]ts.*error TS/);
});

it("checks chains, pipes and groups of 50 tasks at a bounded cost", async () => {
  const numbers = Array.from({ length: 50 }, (_, at) => at);
  const tasks = numbers.map((at) => `const t${at} = app.task("t.${at}", (x: number, y: "y${at}") => x + y.length);`);
  const [first = "", ...others] = numbers.map((at) => `t${at}.s("y${at}")`);
  const cost = async (...lines: string[]) => {
    const output = await compiled(lines, "--extendedDiagnostics");
    expect(output).not.toMatch(/main[.]ts.*error TS/);
    return Number(/Instantiations:\s+(\d+)/.exec(output)?.[1]);
  };
  const before = await cost();
  for (const canvas of [
    `void chain(${[first, ...others].join(", ")});`,
    `void ${first}${others.map((step) => `.pipe(${step})`).join("")};`,
    `void group(${[first, ...others].join(", ")}).delay(1);`,
  ]) {
    const spent = (await cost(...tasks, canvas)) - before;
    expect(spent).toBeGreaterThan(10_000);
    expect(spent).toBeLessThan(400_000);
  }
});
