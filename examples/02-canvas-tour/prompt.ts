// A prompt with the tasks, and with what composes them: any line of the tour can be typed here.

import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { start } from "node:repl";
import { chain, chord, group, kw, signature } from "@troupe/core";
import { list, range, zip } from "./lists.ts";
import * as tasks from "./proj/tasks.ts";
import { app } from "./proj/troupe.ts";
import { openSession } from "./session.ts";
import { shown } from "./show.ts";

const session = await openSession();
// With globals of its own, a prompt would make objects that are not those of this program.
const prompt = start({ prompt: "> ", ignoreUndefined: true, useGlobal: true, writer: shown });
Object.assign(prompt.context, {
  app,
  ...tasks,
  chain,
  chord,
  group,
  kw,
  signature,
  list,
  range,
  zip,
  writeFile,
  tmpdir,
});
prompt.once("exit", () => void session[Symbol.asyncDispose]());
