// Makes text from elsewhere safe to print: names, results and errors come from whoever can reach the broker, and control
// characters in them could rewrite the terminal's screen, forge lines or reverse the order of what is read.

const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text on one line: every control character is shown as its escape. */
export function oneLine(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** Text that may have several lines: as `oneLine`, but line ends and tabs stay. */
export function lines(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(UNSAFE, (char) => (char === "\n" || char === "\t" ? char : escaped(char)));
}

/** JSON text with the control characters that JSON itself leaves as they are escaped; it parses to the same value. */
export function safeJson(json: string): string {
  return json.replace(UNSAFE, (char) => (char === "\n" ? char : unicode(char)));
}

function escaped(char: string): string {
  return SHORT[char] ?? unicode(char);
}

function unicode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
