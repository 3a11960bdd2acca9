// The settings of an application, to be shown to people.

import { brokerText } from "./broker-text.ts";
import { censored } from "./censored.ts";
import { DEFAULT_SETTINGS, type Settings } from "./config.ts";

/** Settings as plain data without secrets, by name; those that differ from their defaults, or all. */
export function censoredSettings(settings: Settings, withDefaults: boolean): Record<string, unknown> {
  const shown = (name: string, value: unknown): unknown =>
    name === "broker" ? brokerText(settings.broker) : censored(name, value);
  const entries = Object.entries(settings).map(([name, value]) => [name, shown(name, value)] as const);
  const isChanged = ([name, value]: readonly [string, unknown]): boolean =>
    JSON.stringify(value) !== JSON.stringify(censored(name, Reflect.get(DEFAULT_SETTINGS, name)));
  return Object.fromEntries(withDefaults ? entries : entries.filter(isChanged));
}
