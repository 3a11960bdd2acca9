// The examples of the pages, as programs: blocks marked `ts run` and `ts check`, written into a folder inside the repository,
// where the packages are found.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fences, pages, root, textOf } from "./markdown.ts";

/** An example. */
export interface Example {
  /** Page and line. */
  readonly where: string;
  /** Name of its file. */
  readonly file: string;
  readonly text: string;
  /** Whether it is run, or only compiled. */
  readonly runs: boolean;
}

/** What a program did. */
export interface Ending {
  readonly succeeded: boolean;
  readonly output: string;
}

const DEADLINE_MS = 60_000;

// A page shows values that it does not use.
const TSCONFIG = JSON.stringify({
  extends: "../../../tsconfig.check.json",
  compilerOptions: { noUnusedLocals: false },
});

/** All examples of all pages. */
export function examples(): Example[] {
  return pages().flatMap((page) =>
    fences(textOf(page))
      .filter(({ info }) => info === "ts run" || info === "ts check")
      .map(({ info, line, text }) => ({
        where: `${page}:${line}`,
        file: `${page.replace(/[^a-z0-9]+/gi, "-")}-${line}.ts`,
        text,
        runs: info === "ts run",
      })),
  );
}

/** A folder with the examples; gone when it is disposed. */
export class ExampleFolder {
  readonly folder: string;

  constructor(all: readonly Example[]) {
    const parent = path.join(root, "test/.troupe");
    mkdirSync(parent, { recursive: true });
    this.folder = mkdtempSync(path.join(parent, "docs-"));
    writeFileSync(path.join(this.folder, "tsconfig.json"), TSCONFIG);
    for (const { file, text } of all) writeFileSync(path.join(this.folder, file), text);
  }

  /** Compiles all examples. */
  compile(): Promise<Ending> {
    return this.#node([path.join(root, "node_modules/typescript/bin/tsc"), "-p", this.folder, "--pretty", "false"]);
  }

  /** Runs one example from the sources of the packages. */
  run({ file }: Example): Promise<Ending> {
    return this.#node(["--conditions", "troupe-source", "--import", "tsx", path.join(this.folder, file)]);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #node(args: readonly string[]): Promise<Ending> {
    const { TROUPE_BROKER_URL: _theirs, ...env } = process.env;
    return new Promise((resolve) => {
      const options = { cwd: root, env, timeout: DEADLINE_MS };
      execFile(process.execPath, args, options, (error, stdout, stderr) => {
        const failure = error === null ? "" : `${error.message}\n`;
        resolve({ succeeded: error === null, output: failure + stdout + stderr });
      });
    });
  }
}
