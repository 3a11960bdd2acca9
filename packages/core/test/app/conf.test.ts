import { expect, it } from "vitest";
import { type Conf, makeConf } from "../../src/app/conf.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/app/config.ts";
import { ConfigError, UnsupportedError } from "../../src/model/errors.ts";

class Scene {
  readonly current: { settings: Settings } = { settings: DEFAULT_SETTINGS };
  isConnected = false;
  readonly conf: Conf = makeConf(this.current, () => this.isConnected);
}

it("reads and writes every setting", () => {
  const { conf, current } = new Scene();
  expect({ ...conf }).toMatchObject({ ...DEFAULT_SETTINGS });
  conf.taskDefaultQueue = "hipri";
  conf.update({ maxDeliveries: 3, taskAcksLate: false });
  expect([conf.taskDefaultQueue, conf.get("maxDeliveries"), conf.taskAcksLate]).toEqual(["hipri", 3, false]);
  expect(current.settings).toMatchObject({ taskDefaultQueue: "hipri", maxDeliveries: 3 });
});

it("changes all of an update or nothing", () => {
  const { conf } = new Scene();
  expect(() => conf.update({ taskDefaultQueue: "hipri", maxDeliveries: 0 })).toThrow(ConfigError);
  expect(() => conf.update({ taskDefaultQueue: "hipri", taskRoutes: { a: ">" } })).toThrow(ConfigError);
  expect(() => conf.update({ taskDefaultQueue: "hipri", taskPublishRetryPolicy: { maxRetries: -1 } })).toThrow(
    ConfigError,
  );
  expect(conf.taskDefaultQueue).toBe("default");
});

it("refuses a wrong value, and a name that is no setting", () => {
  const { conf } = new Scene();
  expect(() => {
    conf.maxDeliveries = 0;
  }).toThrow(ConfigError);
  expect(() => Object.assign(conf, { maxDelivery: 3 })).toThrow("maxDelivery");
  expect(conf.maxDeliveries).toBe(5);
});

it.each([3, undefined, null])("refuses to set what is no setting to %s, with the nearest one", (value) => {
  const { conf } = new Scene();
  const set = (name: string) => (): void => void Object.assign(conf, { [name]: value });
  expect(set("maxDelivery")).toThrow(ConfigError);
  expect(set("maxDelivery")).toThrow('unknown setting "maxDelivery"; did you mean "maxDeliveries"?');
  expect(set("beatSchedule")).toThrow(UnsupportedError);
  expect(set("update")).toThrow(TypeError);
  expect(Object.keys(conf)).not.toContain("maxDelivery");
});

it("refuses to read what is no setting by get", () => {
  const { conf } = new Scene();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  const get = (name: string) => (): unknown => conf.get(name as keyof Settings);
  expect(get("maxDelivery")).toThrow(ConfigError);
  expect(get("beatSchedule")).toThrow(UnsupportedError);
  expect(get("toString")).toThrow(ConfigError);
});

it.each([
  ["broker", "nats://a:4222"],
  ["transportOptions", { replicas: 3 }],
  ["namespace", "other"],
  ["resultExpires", "2d"],
  ["revokeExpires", "2d"],
  ["ackWait", "1m"],
  ["logLevel", "info"],
] as const)("does not change %s while it is connected", (name, value) => {
  const scene = new Scene();
  scene.isConnected = true;
  const change = (): void => scene.conf.update({ taskDefaultQueue: "hipri", [name]: value });
  expect(change).toThrow(ConfigError);
  expect(change).toThrow(`setting "${name}" cannot change while the application is connected`);
  expect(scene.conf.taskDefaultQueue).toBe("default");
  scene.isConnected = false;
  expect(change).not.toThrow();
  expect(scene.conf[name]).toEqual(value);
});

it("changes the other settings also while it is connected", () => {
  const scene = new Scene();
  scene.isConnected = true;
  scene.conf.update({ taskRoutes: { "a.*": "b" }, taskAlwaysEager: true, errors: [TypeError] });
  expect(scene.conf.taskRoutes).toEqual({ "a.*": "b" });
});
