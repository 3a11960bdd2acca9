// The mark of signatures, by which two copies of this package recognise each other's.

/** Every signature has a property of this name: the application that sends it, or null. Its own properties are its data. */
export const signatureBrand: unique symbol = Symbol.for("troupe.signature");

/** Whether a value is a signature object, of this copy of the package or of another. Plain data of one is not. */
export function hasSignatureBrand(value: unknown): value is { readonly [signatureBrand]: unknown } {
  return typeof value === "object" && value !== null && signatureBrand in value;
}
