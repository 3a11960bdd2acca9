// Checks the import table: runs dependency-cruiser with .dependency-cruiser.cjs over all our TypeScript.
// A checker that sees nothing finds nothing, so this also asserts that every source file was read, that imports were
// found in them, and that each folder of core/src is in the table.

import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ICruiseResult } from "dependency-cruiser";
import { codeFolders, root, sourceFiles } from "./source-files.ts";

/** Runs the program and not the library: its parser does not load under tsx. */
async function cruise(): Promise<ICruiseResult> {
  const program = path.resolve(
    fileURLToPath(import.meta.resolve("dependency-cruiser")),
    "../../../bin/dependency-cruise.mjs",
  );
  const args = [program, "--config", ".dependency-cruiser.cjs", "--output-type", "json", ...codeFolders];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 256 * 1024 * 1024 });
  return JSON.parse(stdout);
}

/** What the rules found, one line each. */
function violations({ summary, modules }: ICruiseResult): string[] {
  const comments = new Map(summary.ruleSetUsed?.forbidden?.map((rule) => [rule.name, rule.comment]));
  const found = summary.violations.map(({ rule, from, to, cycle }) => {
    const way = [from, ...(cycle?.map((step) => step.name) ?? [to])].join(" → ");
    return `${rule.name}: ${way}\n    ${comments.get(rule.name) ?? ""}`;
  });
  const rules = new Set(comments.keys());
  const strangers = modules
    .map((module) => /^packages\/core\/src\/([^/]+)\//.exec(module.source)?.[1])
    .filter((folder) => folder !== undefined && !rules.has(`core-${folder}`));
  return [...found, ...[...new Set(strangers)].map((folder) => `core/src/${folder} is not in the import table`)];
}

/** What shows that the check itself did not work. */
function blindSpots({ modules, summary }: ICruiseResult): string[] {
  const seen = new Set(modules.map((module) => module.source));
  const missed = sourceFiles().filter((file) => !seen.has(file));
  const found = missed.map((file) => `not read: ${file}`);
  if (summary.totalCruised === 0) found.push("no file was read at all");
  if (!summary.totalDependenciesCruised) found.push("no import was found in any file");
  return found;
}

const result = await cruise();
const problems = [...blindSpots(result), ...violations(result)];
for (const problem of problems) console.error(problem);
console.log(
  `architecture: ${result.summary.totalCruised} files, ${result.summary.totalDependenciesCruised ?? 0} imports, ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
