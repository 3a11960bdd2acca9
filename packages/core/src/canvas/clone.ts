// A signature with more arguments and other options.

import { type LinkErrorOptions, type SetOptions, withOptions } from "./link.ts";
import { withArguments } from "./merge.ts";
import type { SignatureData } from "./signature-data.ts";

/** What a clone changes. */
export interface Changes {
  /** Put before those that are there. */
  readonly args?: readonly unknown[] | undefined;
  /** Win over those that are there. */
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
  /** Win over those that are there; links are added. */
  readonly options?: (SetOptions & LinkErrorOptions) | undefined;
}

/**
 * A changed copy. What is immutable takes no arguments.
 *
 * @throws {InvalidCanvasError} options are given to an empty chain.
 */
export function cloned(data: SignatureData, { args = [], kwargs = {}, options = {} }: Changes = {}): SignatureData {
  const { onHeader = false, ...others } = options;
  return withOptions(withArguments({ ...data }, args, kwargs), others, { onHeader });
}
