// Remote control: commands to workers and their replies.

/** Arguments of a command, by name. */
export type CommandArguments = Readonly<Record<string, unknown>>;

/** A question or order to workers. */
export interface ControlCommand {
  /** Name of the command: `ping`, `active`, `revoke`. */
  readonly command: string;
  readonly args: CommandArguments;
  /** Workers that shall answer; null: all. */
  readonly destination: readonly string[] | null;
  /** Glob that the names of those fit that shall answer; left out: any. */
  readonly pattern?: string | undefined;
  /** Where replies go: unique per call. */
  readonly ticket: string;
  /** Broker's time after which nobody waits for a reply: milliseconds since the epoch. */
  readonly expires: number;
}

/** One worker's answer. */
export interface ControlReply {
  readonly hostname: string;
  readonly value: unknown;
  /** How many workers it knows that the command is for, itself among them: when so many have replied, nobody waits any longer. */
  readonly known?: number | undefined;
}
