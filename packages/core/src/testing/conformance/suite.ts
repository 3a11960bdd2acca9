// Registers the tests of the conformance suite with a runner: each gets a broker of its own, connected, and leaves nothing
// open. A test that a transport cannot pass is skipped with its reason.

import { randomUUID } from "node:crypto";
import type { Logger } from "../../platform/logger.ts";
import type { ConnectSettings, Transport } from "../../transport/transport.ts";
import { eventually, within } from "../test-probe.ts";
import type { Capability, ConformanceBroker, ConformanceOptions } from "./options.ts";

/** What a test may ask for. */
export interface TestNeeds {
  readonly capability?: Capability;
  readonly settings?: Partial<ConnectSettings>;
  /** Leave the transport unconnected. */
  readonly unconnected?: boolean;
}

/** What a test gets. */
export interface TestContext {
  readonly transport: Transport;
  readonly broker: ConformanceBroker;
  readonly settings: ConnectSettings;
  readonly deadlineMs: number;
  readonly options: ConformanceOptions;
  /** Another connected transport to the same broker. */
  sibling(): Promise<Transport>;
  /** Waits until the check is true. */
  eventually(what: string, check: () => boolean | Promise<boolean>): Promise<void>;
}

/** A test of a part of the ports. */
export type ConformanceTest = (context: TestContext) => Promise<void>;

const DEFAULT_DEADLINE_MS = 10_000;
/** A whole test may take so many times the deadline of one wait. */
const TEST_DEADLINES = 5;

/** The runner, for those who write the tests. */
export class ConformanceSuite {
  readonly options: ConformanceOptions;
  readonly #deadlineMs: number;

  constructor(options: ConformanceOptions) {
    this.options = options;
    this.#deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  }

  describe(name: string, body: () => void): void {
    this.options.runner.describe(name, body);
  }

  /** A test on a connected transport. */
  test(name: string, test: ConformanceTest): void {
    this.testWith(name, {}, test);
  }

  /** A test that needs something special of its broker. */
  testWith(name: string, needs: TestNeeds, test: ConformanceTest): void {
    const { it } = this.options.runner;
    const reason = needs.capability && this.options.without?.[needs.capability];
    if (reason !== undefined) it.skip(`${name} (not here: ${reason})`, async () => undefined);
    else it(name, () => this.#run(name, needs, test));
  }

  async #run(name: string, needs: TestNeeds, test: ConformanceTest): Promise<void> {
    const broker = await this.options.open({ smallStore: needs.capability === "full-store" });
    const settings = { ...testSettings(), ...needs.settings };
    const connected: Transport[] = [];
    const connect = async (transport: Transport): Promise<Transport> => {
      await transport.connect(settings);
      connected.push(transport);
      return transport;
    };
    const limitMs = this.#deadlineMs * TEST_DEADLINES;
    try {
      if (needs.unconnected !== true) await within(connect(broker.transport), () => "connection", this.#deadlineMs);
      const context = this.#context(broker, settings, async () => connect(await broker.sibling()));
      await within(test(context), () => `the end of "${name}"`, limitMs);
    } finally {
      await within(closeAll(connected, broker), () => `closing after "${name}"`, limitMs);
    }
  }

  #context(broker: ConformanceBroker, settings: ConnectSettings, sibling: () => Promise<Transport>): TestContext {
    return {
      transport: broker.transport,
      broker,
      settings,
      sibling,
      deadlineMs: this.#deadlineMs,
      options: this.options,
      eventually: (what, check) => eventually(what, check, this.#deadlineMs),
    };
  }
}

async function closeAll(transports: readonly Transport[], broker: ConformanceBroker): Promise<void> {
  try {
    await Promise.all(transports.map((transport) => transport.close()));
  } finally {
    await broker.close();
  }
}

function testSettings(): ConnectSettings {
  return {
    namespace: `conf-${randomUUID().slice(0, 13)}`,
    resultExpiresMs: 3_600_000,
    revokeExpiresMs: 3_600_000,
    // Longer than any deadline: a message that only comes back by its ack wait counts as lost.
    ackWaitMs: 300_000,
    timeoutMs: 10_000,
    logger: silentLogger,
  };
}

const ignore = (): void => undefined;

const silentLogger: Logger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
  isLevelEnabled: () => false,
};
