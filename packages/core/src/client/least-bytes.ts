// How many bytes a value takes at least, whatever it is encoded with: those of its texts and bytes. For a look before anything is
// encoded; how deep and how many the parts are has been checked.

/** At least so many bytes. */
export function leastBytes(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (value === null || typeof value !== "object") return 0;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let bytes = 0;
  for (const part of Array.isArray(value) ? value : Object.values(value)) bytes += leastBytes(part);
  return bytes;
}
