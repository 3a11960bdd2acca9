import { describe, expect, it } from "vitest";
import { safeJson } from "../../src/output/plain-text.ts";
import { printReplies } from "../../src/output/replies-text.ts";
import { recordedOutput } from "../support/recorded-output.ts";

const task = {
  id: "id-1",
  name: "proj.tasks.add",
  type: "proj.tasks.add",
  args: "[ 2, 2 ]",
  kwargs: "{}",
  hostname: "w1@host",
  timeStart: 0,
  retries: 0,
  deliveryInfo: { queue: "default", redelivered: false },
};

function printed(replies: Readonly<Record<string, unknown>>, withBody = true): string {
  const { output, out } = recordedOutput();
  printReplies(replies, output, withBody);
  return out();
}

describe("replies of workers", () => {
  it("are one line per worker and a count, without bodies where only presence is asked for", () => {
    expect(printed({ "w2@host": { ok: "pong" }, "w1@host": { ok: "pong" } }, false)).toBe(
      "->  w1@host: OK\n->  w2@host: OK\n\n2 nodes online.\n",
    );
  });

  it("count one worker as one node", () => {
    expect(printed({ "w1@host": { ok: "pong" } })).toBe("->  w1@host: OK\n        pong\n\n1 node online.\n");
  });

  it("list texts with stars, indented by eight, and say when there are none", () => {
    expect(printed({ "w1@host": ["proj.add", "proj.mul"], "w2@host": [] })).toBe(
      "->  w1@host: OK\n        * proj.add\n        * proj.mul\n->  w2@host: OK\n        - empty -\n\n2 nodes online.\n",
    );
  });

  it("show a running task on one line", () => {
    const shadowed = { ...task, name: "shown", deliveryInfo: { queue: "media", redelivered: true } };
    expect(printed({ "w1@host": [task, shadowed] })).toContain(
      "        * proj.tasks.add[id-1] args=[ 2, 2 ] kwargs={} queue=default started=1970-01-01T00:00:00.000Z retries=0\n" +
        "        * shown[id-1] type=proj.tasks.add args=[ 2, 2 ] kwargs={} queue=media started=1970-01-01T00:00:00.000Z retries=0 redelivered\n",
    );
  });

  it("show objects as JSON, every line indented", () => {
    expect(printed({ "w1@host": { pid: 7 } })).toBe(
      '->  w1@host: OK\n        {\n          "pid": 7\n        }\n\n1 node online.\n',
    );
  });

  it("tell a worker's error", () => {
    expect(printed({ "w1@host": { error: 'unknown command "x"' } })).toBe(
      '->  w1@host: ERROR\n        unknown command "x"\n\n1 node online.\n',
    );
  });

  it("cannot write control characters to the terminal", () => {
    const evil = "\u001b[2J\u202e\nforged: OK";
    const text = printed({
      [`w1${evil}`]: [{ ...task, name: evil, args: evil }, evil, { [evil]: evil }],
      w2: { ok: evil },
      w3: { error: evil },
    });
    expect(safeJson(text)).toBe(text);
    expect(text.split("\n").filter((line) => line.startsWith("forged"))).toEqual([]);
  });

  it("are one JSON object and nothing else with --json, empty when nobody replied", () => {
    const { output, out } = recordedOutput({ json: true });
    printReplies({ "w1@host": [task] }, output, true);
    expect(JSON.parse(out())).toEqual({ "w1@host": [task] });

    const nobody = recordedOutput({ json: true });
    printReplies({}, nobody.output, true);
    expect(JSON.parse(nobody.out())).toEqual({});
  });

  it("take a worker called __proto__ for an ordinary one", () => {
    const { output, out } = recordedOutput({ json: true });
    printReplies(JSON.parse('{"__proto__": {"ok": "pong"}}'), output, true);
    expect(out()).toContain("__proto__");
  });
});
