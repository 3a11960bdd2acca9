// Two processes that make the same stream at the same time: one of them is refused, with one of two codes.

import { expect, it } from "vitest";
import { resolveConfig } from "../src/config.ts";
import { JetStreamApi } from "../src/publish/jetstream-api.ts";
import { ensureStream } from "../src/topology/ensure-topology.ts";
import { streamSpecs } from "../src/topology/topology.ts";
import type { Fields } from "../src/wire/fields.ts";
import { Names } from "../src/wire/names.ts";
import { type ApiError, JS_ERROR } from "../src/wire/nats-errors.ts";

const spec = firstOf(
  streamSpecs(new Names("troupe"), resolveConfig({}), { resultExpiresMs: 3_600_000, revokeExpiresMs: 3_600_000 }),
);

function firstOf<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error("there are streams");
  return first;
}
const logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, child: () => logger };

/** A broker that gives scripted answers. */
class ScriptedApi extends JetStreamApi {
  readonly asked: string[] = [];
  readonly #answers: (Fields | ApiError)[];

  constructor(...answers: (Fields | ApiError)[]) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing is published: every question is answered here
    super(undefined as never);
    this.#answers = answers;
  }

  override async ask(operation: string): Promise<Fields | ApiError> {
    this.asked.push(operation);
    return this.#answers.shift() ?? expect.unreachable();
  }
}

const missing: ApiError = { code: JS_ERROR.streamNotFound, status: 404, description: "stream not found" };

it.each(["streamNameInUse", "subjectsOverlap"] as const)("takes the other's stream when told %s", async (code) => {
  const config = spec.config;
  const api = new ScriptedApi(missing, { code: JS_ERROR[code], status: 400, description: "" }, { config });
  expect(await ensureStream(api, spec, logger)).toEqual({ config });
  expect(api.asked.map((operation) => operation.split(".")[1])).toEqual(["INFO", "CREATE", "INFO"]);
});

it("names the stream that has the subjects, when it is somebody else's", async () => {
  const overlap: ApiError = { code: JS_ERROR.subjectsOverlap, status: 400, description: "" };
  const api = new ScriptedApi(missing, overlap, missing, { streams: [{ config: { name: "OTHER" } }] });
  await expect(ensureStream(api, spec, logger)).rejects.toThrow(
    /stream troupe_TASKS cannot be made: stream OTHER takes/,
  );
});
