// The promises of the ports in `transport/`, as tests. A transport conforms when they pass; what it cannot do it declares,
// with the reason. The suite knows no test runner: it is given one, and asserts with `node:assert`.

import { broadcastConformance } from "./conformance/broadcast-conformance.ts";
import { connectionConformance } from "./conformance/connection-conformance.ts";
import { consumerConformance } from "./conformance/consumer-conformance.ts";
import { deadLettersConformance } from "./conformance/dead-letters-conformance.ts";
import { delayedTasksConformance } from "./conformance/delayed-tasks-conformance.ts";
import { eventsConformance } from "./conformance/events-conformance.ts";
import { leasesConformance } from "./conformance/leases-conformance.ts";
import { mailboxesConformance } from "./conformance/mailboxes-conformance.ts";
import { movingConformance } from "./conformance/moving-conformance.ts";
import type { ConformanceOptions } from "./conformance/options.ts";
import { prioritiesConformance } from "./conformance/priorities-conformance.ts";
import { queuePausesConformance } from "./conformance/queue-pauses-conformance.ts";
import { queueStreamsConformance } from "./conformance/queue-streams-conformance.ts";
import { recordStoreConformance } from "./conformance/record-store-conformance.ts";
import { revocationsConformance } from "./conformance/revocations-conformance.ts";
import { searchConformance } from "./conformance/search-conformance.ts";
import { settleConformance } from "./conformance/settle-conformance.ts";
import { shardsConformance } from "./conformance/shards-conformance.ts";
import { ConformanceSuite } from "./conformance/suite.ts";
import { taskKeyConformance } from "./conformance/task-key-conformance.ts";
import { taskQueueConformance } from "./conformance/task-queue-conformance.ts";

/**
 * Registers the conformance tests of a transport with a test runner.
 *
 * @param name - how the transport is called in the report.
 * @param options.open - makes a broker, or a namespace of one, for a test.
 * @param options.without - what cannot be tested, with reasons.
 */
export function transportConformance(name: string, options: ConformanceOptions): void {
  const suite = new ConformanceSuite(options);
  suite.describe(`${name}: transport conformance`, () => {
    connectionConformance(suite);
    taskQueueConformance(suite);
    consumerConformance(suite);
    prioritiesConformance(suite);
    settleConformance(suite);
    taskKeyConformance(suite);
    recordStoreConformance(suite);
    broadcastConformance(suite);
    deadLettersConformance(suite);
    leasesConformance(suite);
    mailboxesConformance(suite);
    shardsConformance(suite);
    delayedTasksConformance(suite);
    movingConformance(suite);
    revocationsConformance(suite);
    eventsConformance(suite);
    queuePausesConformance(suite);
    searchConformance(suite);
    queueStreamsConformance(suite);
  });
}
