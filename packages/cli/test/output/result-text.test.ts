import type { ResultRecord } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { printRecord } from "../../src/output/result-text.ts";
import { recordedOutput } from "../support/recorded-output.ts";

const record: ResultRecord = {
  id: "id-1",
  state: "SUCCESS",
  result: 4,
  error: null,
  traceback: null,
  meta: null,
  name: "proj.tasks.add",
  worker: "w1@host",
  dateDone: new Date(0),
  runtimeMs: 1,
  retries: 0,
};
const failure: ResultRecord = {
  ...record,
  state: "FAILURE",
  result: null,
  error: new TypeError("no\u001b[2J\nnumber"),
  traceback: "TypeError: no number\n    at add",
};
const started: ResultRecord = {
  ...record,
  state: "STARTED",
  result: null,
  dateDone: null,
  name: null,
  runtimeMs: null,
};

describe("a task's outcome", () => {
  it("is the value alone on standard output", () => {
    const { output, out, err } = recordedOutput();
    expect(printRecord(record, output)).toBe(0);
    expect(out()).toBe("4\n");
    expect(err()).toBe("");
  });

  it("is one line on standard error when it is a failure", () => {
    const { output, out, err } = recordedOutput();
    expect(printRecord(failure, output)).toBe(1);
    expect(out()).toBe("");
    expect(err()).toBe(
      String.raw`Error: task proj.tasks.add[id-1] ended in FAILURE: TypeError: no\u001b[2J\nnumber` + "\n",
    );
  });

  it("is the state, with a note, while there is none", () => {
    const { output, out, err } = recordedOutput();
    expect(printRecord(started, output)).toBe(0);
    expect(out()).toBe("STARTED\n");
    expect(err()).toContain("w1@host");
  });

  it("tells what a task said about its progress", () => {
    const { output, err } = recordedOutput();
    printRecord({ ...started, state: "HALF", meta: { done: 5 } }, output);
    expect(err()).toContain('{"done":5}');
  });

  it("explains what PENDING may mean, unless one wants it quiet", () => {
    const pending = { ...started, state: "PENDING", worker: null };
    const { output, err } = recordedOutput();
    printRecord(pending, output);
    expect(err()).toContain("unknown");

    const quiet = recordedOutput({ quiet: true });
    printRecord(pending, quiet.output);
    expect(quiet.err()).toBe("");
  });

  it("is the whole record as JSON, errors with name and message", () => {
    const { output, out } = recordedOutput({ json: true });
    expect(printRecord(failure, output)).toBe(1);
    expect(JSON.parse(out())).toMatchObject({
      id: "id-1",
      state: "FAILURE",
      error: { name: "TypeError", message: "no\u001b[2J\nnumber" },
      traceback: "TypeError: no number\n    at add",
      dateDone: "1970-01-01T00:00:00.000Z",
    });
  });
});
