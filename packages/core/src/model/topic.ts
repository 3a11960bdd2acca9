// Routing keys and the patterns that queues are bound by, as in a topic exchange: words with dots between them.

const WORDS = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;
const PATTERN = /^(?:[A-Za-z0-9_-]+|\*|#)(?:\.(?:[A-Za-z0-9_-]+|\*|#))*$/;
const LONGEST = 255;

/** Whether a text can be a routing key: words of letters, digits, `_` and `-`, with dots between them; up to 255 characters. */
export function isRoutingKey(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST && WORDS.test(value);
}

/** Whether a text can be a pattern of routing keys: the same, and `*` and `#` as whole words. */
export function isTopicPattern(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST && PATTERN.test(value);
}

/**
 * Whether a pattern fits a routing key: `*` stands for exactly one word, `#` for any number of them, none included.
 *
 * @see RabbitMQ's topic exchange
 */
export function fitsTopic(pattern: string, key: string): boolean {
  const parts = pattern.split(".");
  // Places in the pattern that the words so far may have led to: no more than it has words, however many `#` there are.
  let places = passing(parts, [0]);
  for (const word of key.split(".")) {
    places = passing(
      parts,
      places.flatMap((at) => {
        const part = parts[at];
        if (part === "#") return [at];
        return part === "*" || part === word ? [at + 1] : [];
      }),
    );
  }
  return places.includes(parts.length);
}

// A `#` may stand for nothing.
function passing(parts: readonly string[], places: readonly number[]): number[] {
  const reached = new Set(places);
  for (const at of reached) if (parts[at] === "#") reached.add(at + 1);
  return [...reached];
}
