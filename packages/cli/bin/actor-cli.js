#!/usr/bin/env node
// Starts the program. A file of its own, so that npm links the command also before the first build.
import { existsSync } from "node:fs";

const program = new URL("../dist/main.js", import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  process.stderr.write("Error: actor-cli is not built yet; run: npm run build\n");
  process.exitCode = 1;
}
