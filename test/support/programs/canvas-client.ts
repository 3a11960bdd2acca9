// A client that sends a chord and dies by its fault, before or after a part of it has left.

import { chord, Troupe } from "@troupe/core";
import { natsTransport } from "@troupe/nats-transport";
import { fixtures } from "../canvas/canvas-fixtures.ts";
import { range } from "../canvas/cases.ts";
import { FaultTransport } from "../fault-transport.ts";
import type { CanvasClientSettings } from "./canvas-client-settings.ts";
import { settingsOf } from "./program.ts";

const { url, files, transport, fault, members, taskId, key } = settingsOf<CanvasClientSettings>();
const broker = new FaultTransport(natsTransport({ servers: url, ...transport }), fault);
const { tally, echo } = fixtures.register(new Troupe("canvas", { broker, logLevel: "silent" }), files);

const header = range(members).map((i) => tally.si(i, `${key}-header`));
const body = tally.s(`${key}-body`).linkError(echo.si("errback", `${key}-errback`));
await chord(header, body).applyAsync([], { taskId });
