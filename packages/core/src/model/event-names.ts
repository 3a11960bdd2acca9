// Names of events and patterns of them.

import { InvalidArgumentError } from "./errors.ts";
import { isBuiltInEvent } from "./event-fields.ts";
import { shown } from "./names.ts";

const EVENT_NAME = /^[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)+$/;
const PATTERN = /^[A-Za-z0-9_*-]+$/;
const SUBSCRIPTION = /^[A-Za-z0-9_-]{1,64}$/;
const LONGEST = 128;

/** Whether a text can name an event: words of letters, digits and `_` with dashes between them, at least two; up to 128 characters. */
export function isEventName(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST && EVENT_NAME.test(value);
}

/** @throws {InvalidArgumentError} it cannot name an event of one's own. */
export function checkOwnEventName(value: unknown): string {
  if (!isEventName(value))
    throw new InvalidArgumentError(
      `event name ${shown(value)} is not allowed; use a prefix, a dash and a name of letters, digits, _ and -, at most 128 characters, for example "order-paid"`,
    );
  if (isBuiltInEvent(value))
    throw new InvalidArgumentError(
      `event "${value}" is sent by Troupe itself; give yours another name, for example "order-paid"`,
    );
  return value;
}

/** @throws {InvalidArgumentError} it is no pattern of event names. */
export function checkEventPattern(value: unknown): string {
  if (typeof value === "string" && value.length <= LONGEST && PATTERN.test(value)) return value;
  throw new InvalidArgumentError(
    `event pattern ${shown(value)} is not allowed; give the name of an event, in which * stands for any characters, for example "task-*"`,
  );
}

/** Whether a text can name a durable subscription. */
export function isSubscriptionName(value: unknown): value is string {
  return typeof value === "string" && SUBSCRIPTION.test(value);
}

/** Tells which names a pattern is for. */
export function matcherOf(pattern: string): (name: string) => boolean {
  if (pattern === "*") return () => true;
  if (!pattern.includes("*")) return (name) => name === pattern;
  const parts = pattern.split(/\*+/).map((part) => part.replaceAll("-", "\\-"));
  const expression = new RegExp(`^${parts.join(".*")}$`);
  return (name) => expression.test(name);
}

/** An event's group, before its first dash, and its name in that. */
export function splitEventName(name: string): { readonly group: string; readonly name: string } {
  const dash = name.indexOf("-");
  return { group: name.slice(0, dash), name: name.slice(dash + 1) };
}

/** The narrowest group and name that all names of a pattern have; null: they differ. */
export function splitEventPattern(pattern: string): { readonly group: string | null; readonly name: string | null } {
  const dash = pattern.indexOf("-");
  const star = pattern.indexOf("*");
  if (dash === -1 || (star !== -1 && star < dash)) return { group: null, name: null };
  const name = pattern.slice(dash + 1);
  return { group: pattern.slice(0, dash), name: name.includes("*") ? null : name };
}
