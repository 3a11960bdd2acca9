// Checks what will be published: packs each package, then runs publint and attw on the tarball, and asserts that each
// file of dist has its source, so that nothing of an older build is shipped. Needs a finished build.

import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "./source-files.ts";

const run = promisify(execFile);
const bin = (name: string): string => path.join(root, "node_modules/.bin", name);

/** Output of a program; when it fails, all it printed is the error. */
async function output(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await run(program, args, { cwd })).stdout;
  } catch (error) {
    const printed =
      error instanceof Error && "stdout" in error && "stderr" in error ? [error.stdout, error.stderr].join("") : "";
    throw new Error(`${path.basename(program)} failed for ${path.basename(cwd)}\n${printed}`, { cause: error });
  }
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" });
}

/** Files of dist that no file of src explains. */
function leftOvers(folder: string): string[] {
  const dist = path.join(folder, "dist");
  const sourceOf = (file: string): string => path.join(folder, "src", file.replace(/(\.d\.ts|\.js)(\.map)?$/, ".ts"));
  return filesUnder(dist).filter((file) => /\.(js|d\.ts)(\.map)?$/.test(file) && !existsSync(sourceOf(file)));
}

async function checkPackage(name: string, scratch: string): Promise<void> {
  const folder = path.join(root, "packages", name);
  const old = leftOvers(folder);
  if (old.length > 0)
    throw new Error(`packages/${name}/dist holds files of an older build (npm run clean): ${old.join(", ")}`);

  const packed = await output("npm", ["pack", "--json", "--pack-destination", scratch], folder);
  const [tarball]: { filename: string; entryCount: number }[] = JSON.parse(packed);
  if (tarball === undefined) throw new Error(`npm pack made no tarball of packages/${name}`);
  const file = path.join(scratch, tarball.filename);
  await output(bin("publint"), ["run", file, "--strict"], folder);
  await output(bin("attw"), [file, "--profile", "esm-only", "--no-definitely-typed", "--no-color"], folder);
  console.log(`package ${name}: ${tarball.entryCount} files, publint and attw find nothing`);
}

const scratch = mkdtempSync(path.join(tmpdir(), "troupe-pack-"));
try {
  const packages = readdirSync(path.join(root, "packages"));
  await Promise.all(packages.map((name) => checkPackage(name, scratch)));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
