// Public entry `@troupe/core/testing`: for tests of applications, and of transports.

export type {
  BrokerSetup,
  Capability,
  ConformanceBroker,
  ConformanceOptions,
  TestRunner,
} from "./conformance/options.ts";
export { ManualClock } from "./manual-clock.ts";
export { type ExpectedCall, type SentCall, SentCalls, type TaskOrName } from "./sent-calls.ts";
export { eventually, TestProbe, within } from "./test-probe.ts";
export { startTestWorker, TestWorker, type TestWorkerOptions } from "./test-worker.ts";
export { transportConformance } from "./transport-conformance.ts";
