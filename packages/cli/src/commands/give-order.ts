// Gives an order to workers and prints what came of it.

import type { AskOptions, Control, Duration, Replies } from "@troupe/core";
import type { Command } from "commander";
import { tellReplies } from "../output/order-replies.ts";
import type { Start } from "../session.ts";
import { askOf } from "./ask-options.ts";

/** @param longest - Wait of this order, unless one is given. */
export function give(
  command: Command,
  start: Start,
  tell: (control: Control, options: AskOptions) => Promise<Replies<unknown>>,
  longest?: Duration,
): Promise<void> {
  return start(command, async (session) => {
    const options = askOf(command, session, longest);
    const replies = await session.withClient((app) => tell(app.control, options));
    return tellReplies(replies, { timeout: options.timeout ?? "" }, session);
  });
}
