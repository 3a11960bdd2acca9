// What becomes of a promise, as a value.

/** The value or the error. */
export function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

/** The value or the error if it comes without any help, else "pending". */
export async function soon(promise: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = "pending";
  void outcomeOf(promise).then((settled) => {
    outcome = settled;
  });
  for (let turn = 0; turn < 20 && outcome === "pending"; turn++) await nextTurn();
  return outcome;
}

/** The end of this turn of the event loop: all promises that can be settled are. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
