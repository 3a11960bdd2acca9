// The service as a process of its own: `serve.ts ledger.jsonl`. Ctrl+C stops it; killed, it goes on where it was when it is started again.

import { app } from "./app.ts";
import { startBookkeeping } from "./bookkeeping.ts";

const stop = await startBookkeeping(process.argv[2] ?? "ledger.jsonl");
console.log("The books are open.");
process.once("SIGINT", () => void stop().then(() => app.close()));
