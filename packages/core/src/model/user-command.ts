// Commands of an application's own, which its workers obey: what they take, and how callers and handlers see that.

import type { OptionRule } from "./check-options.ts";
import type { Duration } from "./duration.ts";
import * as rule from "./option-rules.ts";

/** Types of a command's arguments, and what a handler gets for each. */
interface ArgumentTypes {
  readonly string: string;
  readonly number: number;
  readonly integer: number;
  readonly boolean: boolean;
  /** Milliseconds, or a string such as `"10s"`: as it was given. */
  readonly duration: Duration;
  readonly json: unknown;
}

/** One argument of a command. */
export interface CommandArgument {
  /** Letters, digits and `_`. */
  readonly name: string;
  /** @default "string" */
  readonly type?: keyof ArgumentTypes | undefined;
  /** It may be left out. @default false */
  readonly optional?: boolean | undefined;
  /** A list of such values. @default false */
  readonly variadic?: boolean | undefined;
}

/** Options of a command. */
export interface CommandOptions<A extends readonly CommandArgument[] = readonly CommandArgument[]> {
  /**
   * What it takes; each is checked in the worker before the handler runs. In the shell they are words, in this order: those that must be
   * given come first, and only the last may be variadic. @default nothing
   */
  readonly args?: A | undefined;
  /** What it does, in a line, for the help of `actor-cli`. */
  readonly help?: string | undefined;
  /** Another name for it in `actor-cli`. */
  readonly alias?: string | undefined;
  /** Longest wait for replies, unless one is given. @default 1 s */
  readonly timeout?: Duration | undefined;
  /** The help of `actor-cli` does not show it. @default false */
  readonly hidden?: boolean | undefined;
}

/** What is known of a command without its handler. */
export interface CommandDescription {
  /** A question, or an order. */
  readonly kind: CommandKind;
  readonly options: CommandOptions;
}

/** Whether a command asks or changes something. */
export type CommandKind = "inspect" | "control";

type TypeOf<A extends CommandArgument> = A extends { readonly type: infer T extends keyof ArgumentTypes }
  ? T
  : "string";
type ValueOf<A extends CommandArgument> = A extends { readonly variadic: true }
  ? readonly ArgumentTypes[TypeOf<A>][]
  : ArgumentTypes[TypeOf<A>];

/** The arguments of a command, by name. */
export type CommandInput<A extends readonly CommandArgument[]> = {
  readonly [One in Exclude<A[number], { readonly optional: true }> as One["name"]]: ValueOf<One>;
} & {
  readonly [One in Extract<A[number], { readonly optional: true }> as One["name"]]?: ValueOf<One> | undefined;
};

/** The commands that every worker obeys. */
export const BUILT_IN_COMMANDS: readonly string[] = [
  "ping",
  "active",
  "scheduled",
  "reserved",
  "revoked",
  "active_queues",
  "stats",
  "report",
  "clock",
  "memory",
  "objgraph",
  "query_task",
  "registered",
  "conf",
  "revoke",
  "revoke_by_stamped_headers",
  "rate_limit",
  "time_limit",
  "pool_grow",
  "pool_shrink",
  "autoscale",
  "pool_restart",
  "add_consumer",
  "cancel_consumer",
  "shutdown",
  "enable_events",
  "disable_events",
  "heartbeat",
];

/** Names that a command cannot have: those of every worker's commands, and what `actor-cli` knows besides. */
export const TAKEN_NAMES: ReadonlySet<string> = new Set([
  ...BUILT_IN_COMMANDS,
  "terminate",
  "dump_active",
  "dump_reserved",
  "dump_schedule",
  "dump_revoked",
  "dump_tasks",
  "dump_conf",
  "memsample",
]);

const ANYTHING: OptionRule = { wants: "any value", is: () => true };
const NUMBER: OptionRule = { wants: "a number", is: (value) => typeof value === "number" && Number.isFinite(value) };

const RULES: { readonly [Type in keyof ArgumentTypes]: OptionRule } = {
  string: rule.text,
  number: NUMBER,
  integer: rule.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  boolean: rule.flag,
  duration: rule.duration,
  json: ANYTHING,
};

/** Names of the types. */
export const ARGUMENT_TYPES: readonly string[] = Object.keys(RULES);

/** What a value of an argument must be. */
export function ruleOfArgument({ type = "string", variadic }: CommandArgument): OptionRule {
  const one = RULES[type];
  if (!variadic) return one;
  return {
    wants: `a list, each of it ${one.wants}`,
    is: (value) => Array.isArray(value) && value.every(one.is),
  };
}
