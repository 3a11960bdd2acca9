// The application: its workers tell in events what happens to their tasks. Its broker is TROUPE_BROKER_URL, or this process.

import { Troupe } from "@troupe/core";

export const app = new Troupe("shop", { namespace: "shop", workerSendTaskEvents: true, logLevel: "silent" });

class CardRefused extends Error {
  override readonly name = "CardRefused";
}

/** Charges a card, unless that has no money. */
export const charge = app.task("shop.charge", (card: string, cents: number) => {
  if (card === "empty") throw new CardRefused(`no ${cents} cents on the card`);
  return cents;
});
