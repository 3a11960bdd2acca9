// `events --dump`: prints events as they come.

import { brokerText, type Troupe } from "@troupe/core";
import { CliError, EXIT, type ExitCode } from "../exit-code.ts";
import { EventLines } from "../output/event-lines.ts";
import type { Output } from "../output/output.ts";
import { jsonText } from "../output/value-text.ts";

/**
 * Prints a line for each event until it is stopped. A slow reader slows nobody: what it does not take in time is dropped, and told.
 *
 * @param untilStopped - Begins to wait for the stop; called when it listens.
 * @throws {CliError} the connection was closed for good.
 */
export async function dumpEvents(
  app: Troupe,
  pattern: string,
  output: Output,
  untilStopped: () => Promise<void>,
): Promise<ExitCode> {
  const lines = new EventLines();
  const broker = brokerText(app.conf.broker);
  let close = (_error: Error): void => {};
  const closed = new Promise<never>((_resolve, reject) => {
    close = reject;
  });
  const unsubscribe = await app.events.subscribe(
    pattern,
    (event) => output.printNext(output.json ? jsonText(event) : lines.lineOf(event)),
    {
      onDropped: (count) => output.note(`${count} events are left out: they come faster than they are taken`),
      onConnection: (state) => {
        if (state === "disconnected") output.note(`lost the connection to ${broker}; reconnecting`);
        else if (state === "connected") output.note(`connected to ${broker} again`);
        else close(new CliError(`the connection to ${broker} was closed; start the command again`, EXIT.unreachable));
      },
    },
  );
  const begun = "-> evdump: starting capture...";
  if (output.json) output.note(begun);
  else if (!output.quiet) output.print(begun);
  try {
    await Promise.race([untilStopped(), closed]);
    return EXIT.done;
  } finally {
    await unsubscribe();
  }
}
