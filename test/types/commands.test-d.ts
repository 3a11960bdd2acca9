// Commands of an application's own: what handlers get and callers give.

import { type Duration, type Replies, Troupe, type Worker } from "@troupe/core";
import { same } from "./same.ts";

const app = new Troupe("types");

const count = app.inspectCommand(
  "count",
  {
    args: [
      { name: "folder" },
      { name: "depth", type: "integer", optional: true },
      { name: "within", type: "duration", optional: true },
      { name: "kinds", variadic: true, optional: true },
    ],
  },
  (worker, args) => {
    same<typeof worker, Worker>();
    same<typeof args.folder, string>();
    same<typeof args.depth, number | undefined>();
    same<typeof args.kinds, readonly string[] | undefined>();
    same<typeof args.within, Duration | undefined>();
    return { files: 5 };
  },
);

const replies = count({ folder: "a", depth: 2 }, { timeout: "5s" });
same<typeof replies, Promise<Replies<{ files: number } | { readonly error: string }>>>();

// @ts-expect-error -- an argument that must be given
void count({ depth: 2 });
// @ts-expect-error -- of another type
void count({ folder: 5 });
// @ts-expect-error -- unknown
void count({ folder: "a", colour: "red" });
// @ts-expect-error -- none of the types
app.controlCommand("other", { args: [{ name: "a", type: "text" }] }, () => 1);

const who = app.controlCommand("who", async (worker) => worker.hostname);
void who();
void who({}, { pattern: "w*" });
