// Limits of one encoded value. The sender checks them too, so that what is accepted can be read.

/** Deepest nesting of arrays and objects in one part of a message. */
export const MAX_DEPTH = 64;
/** Levels that the message itself takes of it. */
export const ENVELOPE_DEPTH = 1;
/** Deepest nesting of a whole message: the arguments of a canvas's steps lie deeper than those of the message itself. */
export const MAX_DEPTH_READ = MAX_DEPTH + 8;
/** Most elements of one part of a message (arguments, keywords, headers, result): items of arrays, keys and values of objects. */
export const MAX_ELEMENTS_SENT = 110_000;
/** Most elements of a whole message. */
export const MAX_ELEMENTS_READ = 1_000_000;
