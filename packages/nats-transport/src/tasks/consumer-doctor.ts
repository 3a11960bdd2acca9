// Finds out why a queue's consumer does not deliver, and does what helps (F12, F15, F16): makes it anew when it is gone,
// connects anew when the broker has messages for us and keeps them.

import type { Link } from "../connection/link.ts";
import { ensureConsumer } from "../topology/ensure-topology.ts";
import type { ConsumerSpec } from "../topology/topology.ts";
import { type Fields, numberAt } from "../wire/fields.ts";
import { reasonOf } from "../wire/nats-errors.ts";
import type { SuspicionMark } from "./suspicion-mark.ts";

/** `silent`: nothing came, not even a heartbeat. `ended`: the broker said so. `empty`: several requests found nothing. */
export type Symptom = "silent" | "ended" | "empty";

const SILENCES_BEFORE_RECONNECT = 3;
const STUCK_BEFORE_RECONNECT = 2;

/** See the top of the file. One per queue and process. */
export class ConsumerDoctor {
  readonly #link: Link;
  readonly #spec: ConsumerSpec;
  readonly #mark: SuspicionMark;
  #silences = 0;
  #stuck = 0;

  constructor(link: Link, spec: ConsumerSpec, mark: SuspicionMark) {
    this.#link = link;
    this.#spec = spec;
    this.#mark = mark;
  }

  /** @returns whether the consumer can be asked again at once. */
  async examine(symptom: Symptom): Promise<boolean> {
    const { api, logger } = this.#link;
    const { stream, name } = this.#spec;
    try {
      const info = await api.consumerInfo(stream, name);
      if (info === null) return await this.#makeAgain();
      this.#silences = symptom === "silent" ? this.#silences + 1 : 0;
      this.#stuck = symptom === "empty" && this.#holdsBack(info) ? this.#stuck + 1 : 0;
      if (this.#silences >= SILENCES_BEFORE_RECONNECT || this.#stuck >= STUCK_BEFORE_RECONNECT) await this.#reconnect();
      return symptom !== "ended";
    } catch (error) {
      logger.warn({ consumer: name, reason: reasonOf(error) }, "the consumer of a queue could not be examined");
      return false;
    }
  }

  async #makeAgain(): Promise<boolean> {
    const { api, logger } = this.#link;
    const { stream, name } = this.#spec;
    if ((await api.streamInfo(stream)) === null) {
      // An empty stream in its place would hide that all tasks are lost (F13).
      logger.error(
        { stream },
        "the stream of the tasks does not exist any more; restart the application to make a new one",
      );
      return false;
    }
    await ensureConsumer(api, this.#spec, logger);
    this.#mark.disturbed("the consumer was made anew");
    logger.warn({ consumer: name }, "the consumer of a queue was gone and was made anew");
    return true;
  }

  #holdsBack(info: Fields): boolean {
    const { logger } = this.#link;
    const waiting = numberAt(info, "num_pending");
    const unsettled = numberAt(info, "num_ack_pending");
    if (waiting === 0) return false;
    if (unsettled >= numberAt(this.#spec.config, "max_ack_pending")) {
      logger.warn(
        { consumer: this.#spec.name, waiting, unsettled },
        "so many tasks are unsettled that no more are delivered",
      );
      return false;
    }
    return true;
  }

  async #reconnect(): Promise<void> {
    this.#silences = 0;
    this.#stuck = 0;
    this.#link.logger.error({ consumer: this.#spec.name }, "the broker keeps tasks back; connecting anew");
    await this.#link.connection.current?.reconnect();
  }
}
