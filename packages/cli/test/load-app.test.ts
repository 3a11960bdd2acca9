import path from "node:path";
import { Troupe } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { CliError } from "../src/exit-code.ts";
import { loadApp } from "../src/load-app.ts";
import { scratchFolder } from "./support/scratch-folder.ts";

const first = new Troupe("first");
const second = new Troupe("second");

/** What a module does when it is imported: exports something, or throws. */
type Module = object | (() => never);

interface Loading {
  readonly name: string;
  readonly file: string;
  readonly imported: readonly string[];
}

/** Loads an application from a folder of such modules. */
async function load(target: string, modules: Readonly<Record<string, Module>>): Promise<Loading> {
  const folder = scratchFolder(Object.fromEntries(Object.keys(modules).map((name) => [name, ""])));
  const imported: string[] = [];
  const { app, file } = await loadApp(target, folder, async (name) => {
    const module = modules[path.relative(folder, name)];
    imported.push(path.relative(folder, name));
    return typeof module === "function" ? module() : (module ?? {});
  });
  return { name: app.name, file: path.relative(folder, file), imported };
}

async function refusal(target: string, modules: Readonly<Record<string, Module>>): Promise<CliError> {
  const error: unknown = await load(target, modules).catch((thrown: unknown) => thrown);
  if (!(error instanceof CliError)) throw new Error(`not refused: ${JSON.stringify(error)}`);
  expect(error.exitCode).toBe(2);
  expect(error.message).not.toContain("\n");
  return error;
}

describe("finding the application", () => {
  it.each(["proj.ts", "proj.mts", "proj.js", "proj.mjs"])("takes module %s for proj", async (file) => {
    expect(await load("proj", { [file]: { app: first } })).toMatchObject({ name: "first", file });
  });

  it("prefers TypeScript where both are", async () => {
    expect(await load("proj", { "proj.js": { app: first }, "proj.ts": { app: second } })).toMatchObject({
      file: "proj.ts",
    });
  });

  it("takes a name with its extension, also the compiled one's for a source", async () => {
    expect(await load("src/proj.ts", { "src/proj.ts": { app: first } })).toMatchObject({ file: "src/proj.ts" });
    expect(await load("src/proj.js", { "src/proj.ts": { app: first } })).toMatchObject({ file: "src/proj.ts" });
    expect(await load("./my.app", { "my.app.ts": { app: first } })).toMatchObject({ file: "my.app.ts" });
  });

  it("takes app, then troupe, then any export that is an application", async () => {
    const other = new Troupe("other");
    expect(await load("m", { "m.ts": { other, troupe: second, app: first } })).toMatchObject({ name: "first" });
    expect(await load("m", { "m.ts": { other, troupe: second, app: "web app" } })).toMatchObject({ name: "second" });
    expect(await load("m", { "m.ts": { add: () => 1, default: other } })).toMatchObject({ name: "other" });
  });

  it("finds the exports of a CommonJS module", async () => {
    expect(await load("m", { "m.ts": { default: { app: first } } })).toMatchObject({ name: "first" });
    expect(await load("m:service", { "m.ts": { default: { service: first } } })).toMatchObject({ name: "first" });
  });

  it("takes the export that is named, also a member of it", async () => {
    const module = { "m.ts": { app: first, other: second, apps: { main: second } } };
    expect(await load("m:other", module)).toMatchObject({ name: "second" });
    expect(await load("m:apps.main", module)).toMatchObject({ name: "second" });
  });

  it("looks into a folder's index, then its troupe and its app module", async () => {
    const files = { "proj/index.ts": { app: first }, "proj/troupe.ts": { app: second } };
    expect(await load("proj", files)).toMatchObject({ name: "first", imported: ["proj/index.ts"] });
    expect(await load("proj", { ...files, "proj/index.ts": {} })).toMatchObject({
      name: "second",
      imported: ["proj/index.ts", "proj/troupe.ts"],
    });
    expect(await load("./proj", { "proj/app.mjs": { app: first } })).toMatchObject({ file: "proj/app.mjs" });
    expect(await load(".", { "troupe.ts": { app: first } })).toMatchObject({ file: "troupe.ts" });
  });

  it("does not know the application of another copy of the core by its class", async () => {
    const copy = { [Symbol.for("troupe.app")]: true, name: "copy" };
    expect(await load("m", { "m.ts": { app: copy } })).toMatchObject({ name: "copy" });
  });
});

describe("finding a package of node_modules", () => {
  const entries: readonly [string, object][] = [
    ["main", { main: "dist/main.js" }],
    ["one export", { exports: "./dist/main.js" }],
    [
      "exports by condition",
      { exports: { ".": { types: "./x.d.ts", import: { default: "./dist/main.js" } }, "./x": "./x.js" } },
    ],
    ["exports without a dot", { exports: { require: "./x.cjs", default: "./dist/main.js" } }],
  ];

  it.each(entries)("takes the entry that package.json names by %s", async (_kind, manifest) => {
    const folder = scratchFolder({
      "node_modules/@acme/jobs/package.json": JSON.stringify(manifest),
      "node_modules/@acme/jobs/dist/main.js": "",
      "deep/er/x.txt": "",
    });
    const { file } = await loadApp("@acme/jobs", path.join(folder, "deep/er"), async () => ({ app: first }));
    expect(path.relative(folder, file)).toBe("node_modules/@acme/jobs/dist/main.js");
  });

  it("takes its index and modules in it", async () => {
    expect(await load("jobs", { "node_modules/jobs/index.js": { app: first } })).toMatchObject({ name: "first" });
    expect(await load("jobs/lib/main", { "node_modules/jobs/lib/main.js": { app: first } })).toMatchObject({
      name: "first",
    });
  });

  it("prefers what is in the folder itself", async () => {
    const files = { "jobs.ts": { app: first }, "node_modules/jobs/index.js": { app: second } };
    expect(await load("jobs", files)).toMatchObject({ name: "first" });
  });
});

describe("what is wrong with -A", () => {
  it("no such module: names the files that were tried", async () => {
    const { message } = await refusal("nope", {});
    for (const name of ["nope.ts", "nope.mts", "nope.js", "nope.mjs", "node_modules/nope"])
      expect(message).toContain(name);
  });

  it("a dotted name: shows it as a path", async () => {
    expect((await refusal("proj.troupe:app", {})).message).toContain("-A proj/troupe:app");
  });

  it("the module raised an error: shows its stack and its causes", async () => {
    const { message, details } = await refusal("m", {
      "m.ts": () => {
        throw new Error("boom\u001b[2J", { cause: new Error("because") });
      },
    });
    expect(message).toMatch(/m\.ts raised an error/);
    expect(details).toMatch(/Error: boom\\u001b.*\n +at .*because/s);
  });

  it("no such export: lists those there are", async () => {
    expect((await refusal("m:zip", { "m.ts": { app: first, make: 1 } })).message).toMatch(/no export "zip".*app, make/);
    expect((await refusal("m:app.zip", { "m.ts": { app: 1 } })).message).toMatch(/no export "app.zip"/);
    expect((await refusal("m:zip", { "m.ts": {} })).message).toMatch(/no exports/);
  });

  it("an export that is no application: says what it is", async () => {
    expect((await refusal("m:make", { "m.ts": { make: () => first } })).message).toMatch(/is a function, not/);
    expect((await refusal("m:list", { "m.ts": { list: [first] } })).message).toMatch(/is a list, not/);
    expect((await refusal("m:none", { "m.ts": { none: null } })).message).toMatch(/is null, not/);
  });

  it("no application at all: lists the modules and what they export", async () => {
    const { message } = await refusal("proj", { "proj/index.ts": { add: 1 }, "proj/troupe.ts": {} });
    expect(message).toMatch(/index\.ts \(exports add\).*troupe\.ts \(no exports\)/);
  });
});
