// The sentences of an explanation: what is so, the rule that makes it so, and the remedy.

import type { AwaitedTask, Explanation, Reason } from "./explanation.ts";

type Words = Pick<Explanation, "what" | "rule" | "remedy">;
type Why = Reason["why"];
type Of<W extends Why> = Extract<Reason, { readonly why: W }>;

const WORDS: { readonly [W in Why]: (id: string, reason: Of<W>) => Words } = {
  finished: (id, { state, date, worker, error }) => ({
    what: `It ended at ${date.toISOString()}: ${state}, decided by ${worker}${error === null ? "" : `: ${error}`}.`,
    rule: "A task reaches one final state, which is stored until it expires (resultExpires).",
    remedy: `actor-cli result ${id}`,
  }),
  "dead-letter": (_id, { letter, reason, detail, queue }) => ({
    what: `It was set aside${queue === null ? "" : ` from queue ${queue}`}: ${reason}: ${detail}`,
    rule:
      reason === "not-registered"
        ? "A worker that does not know a task's name fails it, and keeps a copy in the dead letters."
        : "What no worker could or may settle is kept in the dead letters, for two weeks at most.",
    remedy: letter === null ? `actor-cli dead list --reason ${reason}` : `actor-cli dead replay ${letter}`,
  }),
  replaced: (_id, { by, waitsFor }) => ({
    what:
      by === null
        ? `Its handler replaced it by other tasks, which are not finished${listed(waitsFor)}.`
        : `Task ${by} took its place before it was started.`,
    rule:
      by === null
        ? "A task that is replaced ends when the last task of what replaces it ends."
        : "A later call of unique work takes the place of one that has not started, where its options say so.",
    remedy: `actor-cli explain ${by ?? waitsFor[0]?.id ?? "<id of the other task>"}`,
  }),
  revoked: (_id, { terminate, reason }) => ({
    what: `It is revoked${reason === null ? "" : `: ${reason}`}. It has not ended yet.`,
    rule: terminate
      ? "A revoked task ends when a worker meets it; with terminate, also while it runs."
      : "A revoked task that has not started ends, as REVOKED, when a worker meets its message.",
    remedy: "Start a worker for its queue, or wait; it will not run. Call it again if it shall.",
  }),
  running: (id, { worker, since, timeLimit, softTimeLimit }) => ({
    what: `It runs on ${worker} since ${since.toISOString()}; ${limits(timeLimit, softTimeLimit)}.`,
    rule: "A handler runs until it ends, is terminated or reaches its hard time limit.",
    remedy: `actor-cli control terminate ${id}`,
  }),
  "rate-limited": (_id, { name, limit, of, worker }) => ({
    what: `It waits for its turn${worker === null ? "" : ` on ${worker}`}: ${of === "queue" ? "tasks of its queue" : name} may start ${limit}.`,
    rule: "A rate limit of a task holds for each worker, or for all together where its scope is cluster; one of a queue for all.",
    remedy: of === "queue" ? "Raise the setting queueRateLimits." : `actor-cli control rate_limit ${name} 0`,
  }),
  "not-due": (id, { due, retries, queue }) => ({
    what: `It waits until ${due.toISOString()}${retries > 0 ? `, for retry ${retries}` : ""}${queue === null ? "" : `, then goes to queue ${queue}`}.`,
    rule: "A task with countdown or eta, and one that is retried, does not start before its time.",
    remedy: `actor-cli delayed reschedule ${id} --countdown 1s`,
  }),
  expired: (_id, { expires, queue }) => ({
    what: `It waits in queue ${queue}, and expired at ${expires.toISOString()}.`,
    rule: "A task that has expired does not start: the worker that meets it ends it, as REVOKED.",
    remedy: `actor-cli worker -Q ${queue}`,
  }),
  paused: (_id, { queue, since, by, reason }) => ({
    what: `Its queue ${queue} is paused since ${since.toISOString()} by ${by}${reason === null ? "" : `: ${reason}`}.`,
    rule: "Workers take nothing from a paused queue until it is resumed.",
    remedy: `actor-cli queue resume ${queue}`,
  }),
  "no-worker": (_id, { queue }) => ({
    what: `It waits in queue ${queue}, which no worker that answers consumes.`,
    rule: "A task waits in its queue until a worker that consumes it has a free slot.",
    remedy: `actor-cli worker -Q ${queue}`,
  }),
  "unknown-name": (_id, { name, queue, workers }) => ({
    what: `No worker of queue ${queue} knows ${name}: ${workers.join(", ")}.`,
    rule: "A worker that gets a task whose name it does not know fails it; it does not pass it on.",
    remedy: `Add the module of ${name} to the include of these workers, or route it to another queue; see actor-cli inspect registered.`,
  }),
  "no-slot": (_id, { queue, workers, slots, ahead }) => ({
    what: `All ${slots} slots of the workers of queue ${queue} are taken (${workers.join(", ")})${ahead > 0 ? `, and ${ahead} tasks wait before it` : ""}.`,
    rule: "A worker runs as many tasks at a time as it has slots (concurrency).",
    remedy: `actor-cli control pool_grow 1 -d ${workers[0] ?? ""}`,
  }),
  "silent-worker": (_id, { queue, worker }) => ({
    what: `It was taken from queue ${queue}, and no worker that answers has it${worker === null ? "" : `; it last ran on ${worker}`}.`,
    rule: "What a lost worker had is delivered again when it gave no sign of life for ackWait; what was given back, after a pause.",
    remedy: "actor-cli status",
  }),
  behind: (_id, { queue, ahead }) => ({
    what: `${ahead} tasks wait before it in queue ${queue}.`,
    rule: "A queue is served in about the order in which its tasks came, higher priorities first.",
    remedy: `actor-cli worker -Q ${queue}`,
  }),
  "about-to-start": (id, { queue, worker }) => ({
    what: `${worker === null ? `It waits in queue ${queue}, whose workers have free slots` : `Worker ${worker} has it`}.`,
    rule: "Nothing keeps it: it starts in a moment.",
    remedy: `actor-cli explain ${id}`,
  }),
  "waiting-for-members": (_id, { group, size, ended, waitsFor }) => ({
    what: `It follows from group ${group}, of which ${ended} of ${size ?? "?"} members have ended${listed(waitsFor)}.`,
    rule: "What follows from a group is sent when all of its members have succeeded, or fails when one has failed.",
    remedy: `actor-cli explain ${waitsFor[0]?.id ?? "<id of a member>"}`,
  }),
  "waiting-for-step": (_id, { waitsFor }) => ({
    what: `It follows from a task that has not ended${listed(waitsFor)}.`,
    rule: "The next step of a chain, and a callback, is sent when what it follows from has ended.",
    remedy: `actor-cli explain ${waitsFor[0]?.id ?? "<id of the task before>"}`,
  }),
  unknown: (id, { state, complete }) => ({
    what:
      `No queue holds it, and no end of it is stored${state === null ? "" : `; the last state that was stored is ${state}`}.` +
      (complete ? "" : " There was more than could be looked through."),
    rule: "An id is unknown when it was never sent, when its result has expired or is not kept (ignoreResult), or when it was purged.",
    remedy: `Check the id and the namespace; try actor-cli result ${id}`,
  }),
};

/** The sentences of a reason. */
export function wordsOf<W extends Why>(id: string, reason: Of<W>): Words {
  const words: (id: string, reason: Of<W>) => Words = WORDS[reason.why as W];
  return words(id, reason);
}

const MOST_LISTED = 10;

function listed(tasks: readonly AwaitedTask[]): string {
  const shown = tasks.slice(0, MOST_LISTED).map(({ id, name, state }) => `${name ?? "group"} ${id} (${state})`);
  if (shown.length === 0) return "";
  return `: ${shown.join(", ")}${tasks.length > MOST_LISTED ? ` and ${tasks.length - MOST_LISTED} more` : ""}`;
}

function limits(hard: number | null, soft: number | null): string {
  if (hard === null && soft === null) return "it has no time limit";
  return [soft && `soft time limit ${soft} ms`, hard && `time limit ${hard} ms`].filter(Boolean).join(", ");
}
