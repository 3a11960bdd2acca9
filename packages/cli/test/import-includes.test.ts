import path from "node:path";
import { pathToFileURL } from "node:url";
import { Troupe } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { importIncludes } from "../src/import-includes.ts";
import { scratchFolder } from "./support/scratch-folder.ts";

interface Included {
  /** Files that were imported, relative to the folder, in order. */
  readonly imported: readonly string[];
  /** The setting afterwards, relative to the folder. */
  readonly setting: readonly string[];
}

async function include(
  names: readonly string[],
  added: readonly string[],
  files: readonly string[],
): Promise<Included> {
  const folder = scratchFolder(Object.fromEntries(files.map((file) => [file, ""])));
  const app = new Troupe("proj", { include: [...names] });
  const imported: string[] = [];
  const loaded = { app, file: path.join(folder, "proj/index.ts") };
  await importIncludes(loaded, added, folder, async (file) => {
    imported.push(path.relative(folder, file));
    return {};
  });
  const base = `${pathToFileURL(folder).href}/`;
  return { imported, setting: app.conf.include.map((url) => url.replace(base, "")) };
}

describe("the modules of include", () => {
  it("are found relative to the application's module, as source or as compiled name", async () => {
    const files = ["proj/tasks.ts", "proj/more.ts", "proj/third.ts"];
    const names = ["./tasks.ts", "./more.js", "./third"];
    expect(await include(names, [], files)).toEqual({ imported: files, setting: files });
  });

  it("are found in node_modules by name", async () => {
    expect(await include(["@acme/tasks"], [], ["node_modules/@acme/tasks/index.js"])).toMatchObject({
      imported: ["node_modules/@acme/tasks/index.js"],
    });
  });

  it("of the command line are relative to the current folder and come last", async () => {
    expect(await include(["./tasks.ts"], ["extra"], ["proj/tasks.ts", "extra.ts"])).toMatchObject({
      imported: ["proj/tasks.ts", "extra.ts"],
      setting: ["proj/tasks.ts", "extra.ts"],
    });
  });

  it("that do not exist are named, with what was tried", async () => {
    await expect(include(["./nope.js"], [], [])).rejects.toThrow(/"proj" names "\.\/nope\.js".*nope\.js, nope\.ts/);
    await expect(include([], ["nope"], [])).rejects.toThrow(/--include names "nope"/);
  });

  it("in folders with special characters keep their address", async () => {
    expect(await include(["./a b#c%20.ts"], [], ["proj/a b#c%20.ts"])).toMatchObject({
      imported: ["proj/a b#c%20.ts"],
    });
  });
});
