// Makes the streams and consumers that are missing, and compares what the broker says it has, field by field: 2.9 drops
// settings that it does not know without a word (M23), and a stream may be someone else's.

import { type Logger, TopologyError } from "@troupe/core/transport";
import { isApiError, type JetStreamApi } from "../publish/jetstream-api.ts";
import { type Fields, fieldsAt, listAt, textAt } from "../wire/fields.ts";
import { type ApiError, classify, JS_ERROR } from "../wire/nats-errors.ts";
import { type ConsumerSpec, type StreamSpec, TUNABLE } from "./topology.ts";

/** An object on the broker whose configuration is checked. */
export interface Compared {
  readonly kind: "stream" | "consumer";
  readonly name: string;
  readonly wanted: Fields;
  /** What to do when it differs. @default by its kind */
  readonly remedy?: string | undefined;
  /** Settings that must not differ, though they may elsewhere. @default none */
  readonly exact?: readonly string[] | undefined;
}

const REMEDIES: Readonly<Record<Compared["kind"], (name: string) => string>> = {
  stream: (name) =>
    `correct it with "nats stream edit ${name}", delete it (its messages are lost), or use another namespace`,
  consumer: () => "stop all workers of the queue and delete the consumer; it is made anew and loses nothing",
};
const STORE_TOO_SMALL: readonly number[] = [JS_ERROR.storageReservationRefused, JS_ERROR.insufficientResources];

/**
 * Makes a stream, or checks the one that is there.
 *
 * @returns what the broker says about it.
 * @throws {TopologyError} it differs in something that matters, or the broker has no room for it.
 */
export async function ensureStream(api: JetStreamApi, spec: StreamSpec, logger: Logger): Promise<Fields> {
  const info = (await api.streamInfo(spec.name)) ?? (await createStream(api, spec));
  const { name, config: wanted, remedy, exact } = spec;
  compareConfig({ kind: "stream", name, wanted, remedy, exact }, fieldsAt(info, "config"), logger);
  return info;
}

/**
 * Makes a durable consumer, or checks the one that is there.
 *
 * @returns what the broker says about it.
 * @throws {TopologyError} it differs in something that matters.
 */
export async function ensureConsumer(api: JetStreamApi, spec: ConsumerSpec, logger: Logger): Promise<Fields> {
  const info = (await api.consumerInfo(spec.stream, spec.name)) ?? (await createConsumer(api, spec));
  const { name, config: wanted, remedy } = spec;
  compareConfig({ kind: "consumer", name, wanted, remedy }, fieldsAt(info, "config"), logger);
  return info;
}

async function createStream(api: JetStreamApi, spec: StreamSpec): Promise<Fields> {
  const answer = await api.ask(`STREAM.CREATE.${spec.name}`, { name: spec.name, ...spec.config });
  if (!isApiError(answer)) return answer;
  if (answer.code === JS_ERROR.streamNameInUse || answer.code === JS_ERROR.subjectsOverlap) {
    const info = await api.streamInfo(spec.name); // another process was faster, with other settings
    if (info !== null) return info;
  }
  throw await streamRefused(api, spec, answer);
}

async function streamRefused(api: JetStreamApi, spec: StreamSpec, error: ApiError): Promise<Error> {
  if (STORE_TOO_SMALL.includes(error.code)) {
    return new TopologyError(
      `the broker has no room to reserve ${String(spec.config["max_bytes"])} bytes for stream ${spec.name} (${error.code}); ` +
        `lower ${spec.size} or raise jetstream max_file on the server`,
    );
  }
  if (error.code === JS_ERROR.subjectsOverlap) {
    const other = await ownerOf(api, spec);
    return new TopologyError(
      `stream ${spec.name} cannot be made: ${other} takes some of its subjects ${JSON.stringify(spec.config["subjects"])}; ` +
        "delete that stream or give the application another namespace",
    );
  }
  const cause = classify(error, `stream ${spec.name}`);
  const refused = cause.code === "TROUPE_BROKER_REFUSED";
  return refused ? new TopologyError(`stream ${spec.name} cannot be made: ${error.description}`, { cause }) : cause;
}

async function ownerOf(api: JetStreamApi, spec: StreamSpec): Promise<string> {
  const subjects = spec.config["subjects"];
  for (const subject of Array.isArray(subjects) ? subjects : []) {
    const answer = await api.ask("STREAM.LIST", { subject });
    const [stream] = isApiError(answer) ? [] : listAt(answer, "streams");
    if (stream !== undefined) return `stream ${textAt(fieldsAt(stream, "config"), "name")}`;
  }
  return "another stream";
}

async function createConsumer(api: JetStreamApi, spec: ConsumerSpec): Promise<Fields> {
  const body = { stream_name: spec.stream, config: { ...spec.config, ...spec.start } };
  const answer = await api.ask(`CONSUMER.DURABLE.CREATE.${spec.stream}.${spec.name}`, body);
  if (!isApiError(answer)) return answer;
  if (answer.code === JS_ERROR.filterOverlaps) {
    throw new TopologyError(
      `consumer ${spec.name} of stream ${spec.stream} cannot be made: another consumer takes ${String(spec.config["filter_subject"])}; delete that consumer`,
    );
  }
  // Another process was faster, with another start.
  const info = spec.start && (await api.consumerInfo(spec.stream, spec.name));
  if (info) return info;
  throw classify(answer, `consumer ${spec.name} of stream ${spec.stream}`);
}

/** Compares a configuration with what is wanted. @throws {TopologyError} when they differ in something that matters. */
export function compareConfig(subject: Compared, found: Fields, logger: Logger): void {
  for (const [field, wanted] of Object.entries(subject.wanted)) {
    const actual = found[field] ?? absentValue(wanted);
    if (JSON.stringify(actual) === JSON.stringify(wanted)) continue;
    if (!TUNABLE.has(field) || subject.exact?.includes(field)) throw mismatch(subject, field, actual);
    const fields = { [subject.kind]: subject.name, field, wanted, found: actual };
    logger.warn(fields, `the broker's ${subject.kind} differs from the options; its value is used`);
  }
}

/** The broker leaves out what is false or 0. */
function absentValue(wanted: unknown): unknown {
  if (typeof wanted === "boolean") return false;
  return typeof wanted === "number" ? 0 : undefined;
}

function mismatch(subject: Compared, field: string, found: unknown): TopologyError {
  const { kind, name, wanted, remedy = REMEDIES[kind](name) } = subject;
  const show = (value: unknown): string => JSON.stringify(value) ?? "nothing";
  return new TopologyError(`${kind} ${name} has ${field} ${show(found)}, needed is ${show(wanted[field])}; ${remedy}`);
}
