// What not to do: a module that makes an application and starts its worker. Its children would start workers of their own.

import { Troupe } from "@troupe/core";

const app = new Troupe("nested", { logLevel: "silent" });
app.includeFrom(import.meta.url);
await app.worker({ pool: "processes" }).start();
