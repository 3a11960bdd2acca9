import path from "node:path";
import { Troupe } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { type LoadedCamera, loadCamera } from "../../src/events/load-camera.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const state = new Troupe("proj", { broker: "memory:" }).events.state();

function load(target: string, exported: object): Promise<LoadedCamera> {
  return loadCamera(target, scratchFolder({ "cameras/cam.ts": "" }), async (file) => {
    expect(path.basename(file)).toBe("cam.ts");
    return exported;
  });
}

class Counter {
  readonly clearAfter = true;
  shots = 0;
  cleanings = 0;
  onShutter(): void {
    this.shots++;
  }
  onCleanup(): void {
    this.cleanings++;
  }
}

describe("a camera", () => {
  it("is a function of the state", async () => {
    const seen: unknown[] = [];
    const { onShutter } = await load("cameras/cam:shoot", { shoot: (shown: unknown) => seen.push(shown) });
    onShutter(state);
    expect(seen).toEqual([state]);
  });

  it("is an object, which keeps its own members", async () => {
    const counter = new Counter();
    const camera = await load("cameras/cam.ts:counter", { counter });
    camera.onShutter(state);
    camera.onCleanup?.();
    expect(counter).toMatchObject({ shots: 1, cleanings: 1 });
    expect(camera.clearAfter).toBe(true);
  });

  it.each([
    ["camera", { camera: (): string => "named", default: (): string => "default" }, "named"],
    ["the default", { default: (): string => "default", other: (): string => "other" }, "default"],
  ])("is %s where no export is named", async (_what, exported, expected) => {
    expect((await load("cameras/cam", exported)).onShutter(state)).toBe(expected);
  });

  it.each([
    ["cameras/none", {}, /^no module "cameras\/none" in .*cameras\/none\.ts/],
    ["cameras/cam:nope", { shoot: () => 1 }, /has no export "nope"; it has exports shoot;/],
    ["cameras/cam", { shoot: () => 1 }, /has no export "camera"; it has exports shoot;/],
    ["cameras/cam", { camera: 7 }, /export "camera" of .* is a number without the function onShutter;/],
    ["cameras/cam", { camera: { onShutter: 1 } }, /is an object without the function onShutter;/],
    ["cameras/cam", { camera: Counter }, /is a class; export an object of it/],
  ])("%s is refused: %j", async (target, exported, message) => {
    await expect(load(target, exported)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });
});
