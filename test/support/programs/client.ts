// A client process that sends one task and is gone the moment `sendTask` resolves. The id is kept in a file before.

import { writeFileSync } from "node:fs";
import { Troupe } from "@troupe/core";
import { natsTransport } from "@troupe/nats-transport";
import { FaultTransport } from "../fault-transport.ts";
import type { ClientSettings } from "./client-settings.ts";
import { settingsOf } from "./program.ts";

const settings = settingsOf<ClientSettings>();
const transport = natsTransport({ servers: settings.url });
const app = new Troupe("test", { broker: settings.fault ? new FaultTransport(transport, settings.fault) : transport });
const result = await app.sendTask(settings.task, settings.args, { taskId: settings.taskId });
writeFileSync(settings.idFile, result.id);
process.kill(process.pid, "SIGKILL");
