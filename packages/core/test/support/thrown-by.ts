// What a function throws, as a value.

/** What `act` throws; null when it throws nothing. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}
