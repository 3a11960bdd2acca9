// Tokens of subjects and names: what comes from outside becomes one token, which stands for it and for nothing else (I6).

import { BrokerRefusedError } from "@troupe/core/transport";

/** The longest task id, all of it escaped, with its generation; a subject may have 4096 bytes (M28). */
const LONGEST_TOKEN_BYTES = 400;
/** Names of streams and consumers may have 255 bytes, of which some are ours. */
const LONGEST_NAME_BYTES = 200;
const LONGEST_PLAIN_TOKEN = 200;
const PLAIN_CHARACTER = /^[A-Za-z0-9_-]$/;
/** By character code: whether a character stands for itself. A table, since every task passes here several times. */
const IS_PLAIN: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  PLAIN_CHARACTER.test(String.fromCharCode(code)),
);
const HEX = "0123456789ABCDEF";

/**
 * One token of a subject that stands for `text` and for nothing else: letters, digits, `_` and `-` stay, every other
 * byte of its UTF-8 form becomes `=XX`.
 *
 * @throws {BrokerRefusedError} `text` is empty, or longer than 400 bytes when encoded.
 */
export function encodeToken(text: string): string {
  return isPlain(text) ? text : encodeBytes(text, LONGEST_TOKEN_BYTES);
}

/** As `encodeToken`, for what also becomes part of a stream's or consumer's name: at most 200 bytes. */
export function encodeName(text: string): string {
  return isPlain(text) ? text : encodeBytes(text, LONGEST_NAME_BYTES);
}

/** What `encodeToken` was given. */
export function decodeToken(token: string): string {
  if (isPlain(token)) return token;
  const bytes = token.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

function isPlain(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > LONGEST_PLAIN_TOKEN) return false;
  for (let i = 0; i < length; i++) {
    if (IS_PLAIN[text.charCodeAt(i)] !== true) return false;
  }
  return true;
}

function encodeBytes(text: string, longest: number): string {
  let token = "";
  for (const byte of Buffer.from(text, "utf8")) {
    token += IS_PLAIN[byte] === true ? String.fromCharCode(byte) : `=${HEX.charAt(byte >> 4)}${HEX.charAt(byte & 15)}`;
  }
  if (token.length === 0) throw new BrokerRefusedError("a name, queue or id is empty; give it at least one character");
  if (token.length > longest) {
    throw new BrokerRefusedError(
      `the name ${JSON.stringify(text.slice(0, 60))}… needs ${token.length} bytes in an address; at most ${longest} are possible`,
    );
  }
  return token;
}
