import { expect, it } from "vitest";
import { Control, type OrderOptions } from "../../src/client/control.ts";
import { decodeCommand, encodeReply } from "../../src/codec/control-codec.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { type Line, rememberingLogger } from "../support/loggers.ts";
import { StubTransport } from "../support/stub-transport.ts";

class Scene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly lines: Line[] = [];
  readonly control = new Control({
    connect: () => Promise.resolve({ transport: this.transport }),
    clock: this.clock,
    logger: () => rememberingLogger(this.lines),
  });
}

it("sends a command with its arguments, and gives the replies", async () => {
  const { transport, control } = new Scene();
  const replies = control.broadcast("rate_limit", { task: "proj.add", rate: "10/m" }, { destination: ["w1@host"] });
  await eventually("the command", () => transport.pushed.length > 0);
  const [[topic, body] = ["", new Uint8Array()]] = transport.pushed;
  const sent = decodeCommand(body);
  expect(topic).toBe("control.node.w1@host");
  expect(sent).toMatchObject({ command: "rate_limit", args: { task: "proj.add", rate: "10/m" } });
  transport.deliver(`answer.${sent.ticket}`, encodeReply({ hostname: "w1@host", value: { error: "unknown task" } }));
  expect(await replies).toEqual({ "w1@host": { error: "unknown task" } });
});

it("refuses options that it does not have", () => {
  const { control } = new Scene();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  const options = { destinations: ["w1@host"] } as unknown as OrderOptions;
  expect(() => control.broadcast("ping", {}, options)).toThrow('did you mean "destination"?');
});
