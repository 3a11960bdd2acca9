// Names of queues that belong to one worker, by the worker's name. Two workers of different names never share one.

import { createHash } from "node:crypto";
import { isQueueName } from "../model/names.ts";

const LONGEST_NAME = 64;
const LONGEST_START = 32;
const HASH_DIGITS = 16;

/** `<prefix>w1.at.host` for `w1@host`. A worker's name that is too long, or could be taken for another, is cut and ends in a hash. */
export function queueOfWorker(prefix: string, hostname: string): string {
  const plain = prefix + hostname.replace("@", ".at.");
  const isClear = !hostname.includes("--") && !hostname.split(/[.@]/).includes("at");
  if (isClear && isQueueName(plain)) return plain;
  const room = Math.min(LONGEST_START, LONGEST_NAME - prefix.length - HASH_DIGITS - 2);
  const start = hostname.replaceAll(/[^A-Za-z0-9]/g, "-").slice(0, room);
  return `${prefix}${start}--${createHash("sha256").update(hostname).digest("hex").slice(0, HASH_DIGITS)}`;
}
