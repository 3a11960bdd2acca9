// Limits of one encoded value. The sender checks them too, so that what is accepted can be read.

/** Deepest nesting of arrays and objects in a message. */
export const MAX_DEPTH = 64;
/** Levels that the message itself takes of it. */
export const ENVELOPE_DEPTH = 1;
/** Most elements of one part of a message (arguments, keywords, headers, result): items of arrays, keys and values of objects. */
export const MAX_ELEMENTS_SENT = 100_000;
/** Most elements of a whole message. */
export const MAX_ELEMENTS_READ = 400_000;
