// Checks the options of a signature: those of a call, and what the canvas adds.

import { APPLY_OPTION_TABLE } from "../model/apply-options.ts";
import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { MAX_FLOW_NODES } from "../model/flow.ts";
import * as rule from "../model/option-rules.ts";

const { kwargs: _itsOwn, ...CALL_OPTIONS } = APPLY_OPTION_TABLE;

const SIGNATURE_OPTION_TABLE: OptionTable = {
  ...CALL_OPTIONS,
  groupId: rule.taskId,
  groupIndex: rule.integer(0, MAX_FLOW_NODES),
  stampedHeaders: rule.texts,
};

/**
 * Checks options; stamps are any values.
 *
 * @param what - What they belong to, for the error.
 * @throws {InvalidArgumentError} unknown name or wrong value.
 * @throws {UnsupportedError} not offered by this version.
 */
export function checkSignatureOptions(options: Readonly<Record<string, unknown>>, what: string): void {
  const { stampedHeaders } = options;
  const stamps: readonly unknown[] = Array.isArray(stampedHeaders) ? stampedHeaders : [];
  const others = Object.entries(options).filter(([name]) => !stamps.includes(name));
  checkOptions(Object.fromEntries(others), SIGNATURE_OPTION_TABLE, { what: `option of ${what}:`, kind: "argument" });
}
