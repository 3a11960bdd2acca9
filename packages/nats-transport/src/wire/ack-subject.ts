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

/** What is known about a delivery of which every detail matters. */
export interface DeliveryDetails extends DeliveryFacts {
  /** How often the message was delivered, with this time. */
  readonly delivered: number;
  /** How many messages the consumer had delivered with this one. */
  readonly consumerSequence: number;
  /** When the message was stored, by the broker's clock, in milliseconds since the epoch. */
  readonly storedAtMs: number;
  /** How many messages the consumer had still to deliver. */
  readonly pending: number;
}

const ONE = 49;
const ZERO = 48;
const DOT = 46;
const LONG_FORM_TOKENS = 11;
const DELIVERED_AT = { short: 4, long: 6 };

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

/** Reads all of a reply subject, of either form. What cannot be read is 0. */
export function readAckSubjectWhole(subject: string): DeliveryDetails {
  const tokens = subject.split(".");
  const at = tokens.length >= LONG_FORM_TOKENS ? DELIVERED_AT.long : DELIVERED_AT.short;
  return {
    redelivered: tokens[at] !== "1",
    delivered: Number(tokens[at] ?? 0),
    sequence: Number(tokens[at + 1] ?? 0),
    consumerSequence: Number(tokens[at + 2] ?? 0),
    storedAtMs: Math.floor(Number(tokens[at + 3] ?? 0) / 1e6),
    pending: Number(tokens[at + 4] ?? 0),
  };
}

function readLongForm(subject: string): DeliveryFacts {
  const tokens = subject.split(".");
  const [delivered, sequence] = tokens.length >= LONG_FORM_TOKENS ? tokens.slice(DELIVERED_AT.long) : [];
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
