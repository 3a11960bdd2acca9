// `app.explain`: gathers the facts, and gives the answer.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import * as rule from "../model/option-rules.ts";
import type { AskPorts } from "./ask-workers.ts";
import { explainTask } from "./explain-task.ts";
import type { Explanation } from "./explanation.ts";
import { gatherFacts } from "./gather-facts.ts";

/** Options of `app.explain`. */
export interface ExplainOptions {
  /** How long workers are waited for. @default 1 s */
  readonly timeout?: Duration | undefined;
}

const OPTION_TABLE: OptionTable = { timeout: rule.duration };

/** See the top of the file. */
export async function explain(id: string, options: ExplainOptions | undefined, ports: AskPorts): Promise<Explanation> {
  checkOptions(options, OPTION_TABLE, { what: "option of explain:", kind: "argument" });
  return explainTask(await gatherFacts(id, durationMs(options?.timeout ?? 1_000, "timeout"), ports));
}
