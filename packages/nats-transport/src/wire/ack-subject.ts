// What the reply subject of a delivery tells:
// `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>`, or the longer form
// `$JS.ACK.<domain>.<account>.<stream>.<consumer>.<delivered>.<stream seq>….<random>`.

/** What is known about a delivery. */
export interface DeliveryFacts {
  /** Not the first delivery of the message. */
  readonly redelivered: boolean;
  /** The message's sequence in its stream. */
  readonly sequence: number;
}

const ONE = 49;
const ZERO = 48;
const DOT = 46;
const LONG_FORM_TOKENS = 11;

/** Begin of the reply subjects of one consumer, short form. */
export function ackPrefix(stream: string, consumer: string): string {
  return `$JS.ACK.${stream}.${consumer}.`;
}

/** Reads a reply subject. What cannot be read counts as delivered again, which is the careful assumption. */
export function readAckSubject(subject: string, prefix: string): DeliveryFacts {
  if (!subject.startsWith(prefix)) return readLongForm(subject);
  const at = prefix.length;
  if (subject.charCodeAt(at) === ONE && subject.charCodeAt(at + 1) === DOT) {
    return { redelivered: false, sequence: digitsAt(subject, at + 2) };
  }
  return { redelivered: true, sequence: digitsAt(subject, subject.indexOf(".", at) + 1) };
}

function readLongForm(subject: string): DeliveryFacts {
  const tokens = subject.split(".");
  const [delivered, sequence] = tokens.length >= LONG_FORM_TOKENS ? tokens.slice(6) : [];
  return { redelivered: delivered !== "1", sequence: Number(sequence ?? 0) };
}

function digitsAt(text: string, from: number): number {
  let value = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) break;
    value = value * 10 + (code - ZERO);
  }
  return value;
}
