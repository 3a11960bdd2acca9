// `explain`: why a task has not started or finished.

import type { Duration } from "@troupe/core";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { explanationText } from "../output/explanation-text.ts";
import { jsonText } from "../output/value-text.ts";
import { DURATION_HELP, parseDuration } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";

interface ExplainOptions {
  readonly timeout: Duration;
}

/** Adds the command. */
export function addExplain(program: Command, start: Start): void {
  program
    .command("explain")
    .summary("say why a task has not started or finished")
    .description(
      "Says why a task has not started or finished, the rule that makes it so, and what to do. It asks the broker and the\n" +
        "workers, and changes nothing.\n" +
        "Exit code: 0 there is an answer, 1 nothing is known of the task.",
    )
    .argument("<id>", "id of the task, or of a group")
    .option("-t, --timeout <duration>", `longest wait for the workers: ${DURATION_HELP}`, parseDuration, "1s")
    .action((id: string, options: ExplainOptions, command: Command) =>
      start(command, (session) => explain(id, options, session)),
    );
}

function explain(id: string, { timeout }: ExplainOptions, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async (app) => {
    const explanation = await app.explain(id, { timeout });
    output.print(output.json ? jsonText(explanation, 2) : explanationText(explanation, output));
    return explanation.why === "unknown" ? EXIT.failed : EXIT.done;
  });
}
