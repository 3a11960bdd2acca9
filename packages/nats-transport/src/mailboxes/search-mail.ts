// Looks through the mailboxes for messages that contain a text, beside their owners.

import { type MailSearch, MOST_FOUND } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import { scanStream } from "../publish/scan-stream.ts";
import { streamGone } from "../wire/nats-errors.ts";

/** See the top of the file. */
export async function searchMail({ api, names, config }: Link, text: string, most: number): Promise<MailSearch> {
  const found: MailSearch["found"][number][] = [];
  const complete = await scanStream(api, {
    stream: names.actors,
    filter: names.allMail(),
    most,
    onMessage: ({ subject, body }) => {
      const address = names.mailAddress(subject);
      if (address !== null && Buffer.from(body).includes(text, 0, "utf8")) found.push({ ...address, body });
      return found.length < MOST_FOUND;
    },
  });
  if (complete === null) throw streamGone(names.actors, config.servers.address);
  return { found, complete };
}
