// Names of files with the worker's name in them: one template serves many workers.

import { InvalidArgumentError } from "commander";

/** The tokens, for help texts. */
export const TOKENS_HELP =
  "%n name of the worker, %h its host, %p both, %d domain, %i 0, %I nothing, %% a percent sign";

/** @throws {InvalidArgumentError} it has a token that there is not. */
export function parseFileTemplate(text: string): string {
  const unknown = /%[^nhpdiI%]|%$/.exec(text.replaceAll("%%", ""))?.[0];
  if (unknown === undefined && text !== "") return text;
  throw new InvalidArgumentError(`${unknown ?? "An empty name"} means nothing here. Tokens are: ${TOKENS_HELP}.`);
}

/**
 * The name of a file of one worker. The processes of its pool write to its own log, so that `%i` and `%I` are those of the first.
 *
 * @param hostname - Full name of the worker.
 */
export function expandFile(template: string, hostname: string): string {
  const at = hostname.indexOf("@");
  const [name, host] = [hostname.slice(0, at), hostname.slice(at + 1)];
  const dot = host.indexOf(".");
  const values: Readonly<Record<string, string>> = {
    n: name,
    h: host,
    p: hostname,
    d: dot < 0 ? "" : host.slice(dot + 1),
    i: "0",
    I: "",
    "%": "%",
  };
  return template.replace(/%(.)/g, (all, token: string) => values[token] ?? all);
}
