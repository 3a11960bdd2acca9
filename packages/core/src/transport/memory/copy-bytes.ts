// Copies of bodies: what is stored changes with neither the sender's nor a receiver's array.

/** The same bytes in memory of their own. A `Buffer`, which shares an allocation with others: five times faster when small. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  return Buffer.from(bytes);
}
