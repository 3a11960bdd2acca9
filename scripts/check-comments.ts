// Checks that each comment which switches a lint rule off says why: `oxlint-disable-next-line rule -- reason`.
// oxlint itself reports the comments that switch nothing off.

import { readFileSync } from "node:fs";
import path from "node:path";
import { root, sourceFiles } from "./source-files.ts";

const disables = /(?:\/\/|\/\*)\s*(?:oxlint|eslint)-disable/;
const givesReason = /-disable(?:-next-line|-line)?\s+[\w@/-]+(?:,\s*[\w@/-]+)*\s+--\s+\S.{9,}/;

const problems = sourceFiles().flatMap((file) =>
  readFileSync(path.join(root, file), "utf8")
    .split("\n")
    .flatMap((line, index) => (disables.test(line) && !givesReason.test(line) ? [`${file}:${index + 1}`] : [])),
);
for (const place of problems) console.error(`${place}: name the rule and, after --, the reason it is off`);
process.exitCode = problems.length === 0 ? 0 : 1;
