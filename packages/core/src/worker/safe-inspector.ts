// An inspector only watches: what it throws must not end the actor that it is told of.

import type { InspectionEvent, Observer } from "xstate";

/** Somebody who is told what actors do. */
export type Inspector = Observer<InspectionEvent> | ((event: InspectionEvent) => void);

/** An inspector that never throws. @param onError - Told the first thing that it would have thrown. */
export function safeInspector(
  inspector: Inspector,
  onError: (error: unknown) => void,
): (event: InspectionEvent) => void {
  let hasFailed = false;
  return (event) => {
    try {
      if (typeof inspector === "function") inspector(event);
      else inspector.next?.(event);
    } catch (error) {
      if (!hasFailed) onError(error);
      hasFailed = true;
    }
  };
}
