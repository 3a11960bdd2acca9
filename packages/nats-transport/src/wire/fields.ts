// Reads JSON answers of the broker: unknown data in, plain values out.

/** An object whose fields are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = {};

/** Whether a value is an object with fields. */
function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses a JSON object; null when `text` is not one. */
export function parseFields(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

/** An object in a field; empty when there is none. */
export function fieldsAt(of: Fields, name: string): Fields {
  const value = of[name];
  return isFields(value) ? value : NONE;
}

/** A number in a field; 0 when there is none. */
export function numberAt(of: Fields, name: string): number {
  const value = of[name];
  return typeof value === "number" ? value : 0;
}

/** Text in a field; empty when there is none. */
export function textAt(of: Fields, name: string): string {
  const value = of[name];
  return typeof value === "string" ? value : "";
}

/** Objects in a list in a field. */
export function listAt(of: Fields, name: string): readonly Fields[] {
  const value = of[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}
