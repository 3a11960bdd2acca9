// The application: its name, and the modules that a worker imports. Its broker is TROUPE_BROKER_URL, or this process.

import { Troupe } from "@troupe/core";

export const app = new Troupe("word-count", { namespace: "word-count", include: ["./tasks.ts"] });
