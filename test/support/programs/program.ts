// What the programs share: settings from the command line, word to the test, and an end when the test has gone.

/** Settings that the test gave. */
export function settingsOf<Settings>(): Settings {
  process.once("disconnect", () => process.exit());
  return JSON.parse(process.argv[2] ?? "{}");
}

/** Tells the test something, under a name. */
export function tell(said: Readonly<Record<string, unknown>>): void {
  process.send?.(said);
}
