// A worker process for the canvas cases: connects, registers the tasks of a module, and works until it is killed.

import { Troupe } from "@troupe/core";
import { natsTransport } from "@troupe/nats-transport";
import { ExpectedException, ValueError } from "../canvas/errors.ts";
import type { CanvasFixtures } from "../canvas/fixture.ts";
import { FaultTransport } from "../fault-transport.ts";
import type { CanvasWorkerSettings } from "./canvas-worker-settings.ts";
import { settingsOf, tell } from "./program.ts";

const settings = settingsOf<CanvasWorkerSettings>();
const transport = natsTransport({ servers: settings.url, ...settings.transport });
const app = new Troupe("canvas", {
  broker: settings.fault ? new FaultTransport(transport, settings.fault) : transport,
  errors: [ExpectedException, ValueError],
  ...settings.app,
});
const module: { readonly fixtures: CanvasFixtures<unknown> } = await import(settings.fixtures);
module.fixtures.register(app, settings.files);
const worker = app.worker({ concurrency: settings.concurrency, queues: settings.queues });
await worker.start();
tell({ ready: worker.hostname });
