// Names of all consumers of a stream, page by page.

import { isApiError, type JetStreamApi } from "../publish/jetstream-api.ts";
import { type Fields, numberAt } from "../wire/fields.ts";
import { classify } from "../wire/nats-errors.ts";

/** See the top of the file. */
export async function consumerNames(api: JetStreamApi, stream: string): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const answer = await api.ask(`CONSUMER.NAMES.${stream}`, { offset: found.length });
    if (isApiError(answer)) throw classify(answer, `consumers of stream ${stream}`);
    const page = namesIn(answer);
    found.push(...page);
    if (page.length === 0 || found.length >= numberAt(answer, "total")) return found;
  }
}

function namesIn(answer: Fields): string[] {
  const list = answer["consumers"];
  return Array.isArray(list) ? list.filter((name) => typeof name === "string") : [];
}
