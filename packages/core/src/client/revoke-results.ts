// Which tasks are revoked with a result: its own, or all of the tree that it belongs to.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import * as rule from "../model/option-rules.ts";
import { REVOKE_RULES, type RevokeOptions } from "../model/revoke-options.ts";
import { type Handle, tasksOf } from "./handle.ts";
import type { ResultNode } from "./result-tree.ts";
import { type RevokePorts, revokeTasks } from "./revoke.ts";

/** What to revoke with a result, and how. */
export interface ResultRevokeOptions extends RevokeOptions {
  /**
   * Revoke also what comes before it in its canvas – the steps before, the members of headers – and what all of these have triggered, as
   * far as it is known. @default false
   */
  readonly tree?: boolean | undefined;
}

const TABLE: OptionTable = { ...REVOKE_RULES, tree: rule.flag };

/** @throws {InvalidArgumentError} an option is unknown or wrong. */
export async function revokeResult<H extends ResultNode<H> & Handle>(
  result: H,
  options: ResultRevokeOptions | undefined,
  ports: RevokePorts,
): Promise<void> {
  checkOptions(options, TABLE, { what: "revoke option", kind: "argument" });
  const ids = options?.tree ? await idsOfTree(result) : [...tasksOf(result)].map(({ id }) => id);
  await revokeTasks(
    ids,
    { terminate: options?.terminate ?? false, reason: options?.reason ?? null, stamps: null },
    ports,
  );
}

async function idsOfTree<H extends ResultNode<H> & Handle>(result: H): Promise<string[]> {
  const ids = new Set<string>();
  for (let at: H | null = result; at !== null; at = at.parent) {
    for await (const [, node] of at.iterdeps({ intermediate: true })) for (const { id } of tasksOf(node)) ids.add(id);
  }
  return [...ids];
}
