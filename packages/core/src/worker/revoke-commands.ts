// The commands that revoke. What is revoked is stored before and heard by every worker (`revoked-tasks.ts`); a command asks what became
// of it here, in Celery's words.

import type { OptionRule } from "../model/check-options.ts";
import { isTaskId } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import { MAX_REVOKED_IDS, type Revocation, type StampConditions } from "../model/revocation.ts";
import { conditionsFrom, REVOKE_RULES } from "../model/revoke-options.ts";
import { commandWith, type Takes, type WorkerCommand } from "./worker-command.ts";

/** How to revoke. */
interface How {
  readonly terminate?: boolean;
  readonly reason?: string;
}

interface RevokeArguments extends How {
  readonly ids: readonly string[];
}

interface RevokeStampedArguments extends How {
  readonly headers: StampConditions;
}

/** Decides what was revoked; gives the ids of those tasks that were terminated here. */
interface Revoking {
  revoke(ids: readonly string[] | null, revocation: Revocation): string[];
}

const IDS: OptionRule = {
  wants: `a list of task ids, at most ${MAX_REVOKED_IDS}`,
  is: (value) => Array.isArray(value) && value.length <= MAX_REVOKED_IDS && value.every(isTaskId),
};

const REVOKE: Takes<RevokeArguments> = { rules: { ids: IDS, ...REVOKE_RULES }, needed: ["ids"] };
const REVOKE_STAMPED: Takes<RevokeStampedArguments> = {
  rules: { headers: rule.plainObject, ...REVOKE_RULES },
  needed: ["headers"],
};

/** Their rows in the table of commands. */
export function revokeCommands(worker: Revoking): readonly WorkerCommand[] {
  return [
    commandWith<RevokeArguments>("revoke", REVOKE, (args) => revoke(args, worker)),
    commandWith<RevokeStampedArguments>("revoke_by_stamped_headers", REVOKE_STAMPED, (args) =>
      revokeStamped(args, worker),
    ),
  ];
}

function revoke({ ids, ...how }: RevokeArguments, worker: Revoking): { readonly ok: string } {
  const terminated = worker.revoke(ids, revocationOf(how, null));
  return { ok: how.terminate ? textOf(terminated) : `tasks ${ids.join(", ")} flagged as revoked` };
}

function revokeStamped({ headers, ...how }: RevokeStampedArguments, worker: Revoking): { readonly ok: string } {
  const stamps = conditionsFrom(headers);
  const terminated = worker.revoke(null, revocationOf(how, stamps));
  const shown = Object.entries(stamps).map(([header, values]) => `${header}=${values.join("|")}`);
  return { ok: how.terminate ? textOf(terminated) : `headers ${shown.join(" ")} flagged as revoked` };
}

function revocationOf({ terminate, reason }: How, stamps: StampConditions | null): Revocation {
  return { terminate: terminate ?? false, reason: reason ?? null, stamps };
}

function textOf(terminated: readonly string[]): string {
  return `terminate: ${terminated.length > 0 ? terminated.join(", ") : "tasks unknown"}`;
}
