import { Troupe } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { bannerFacts, bannerText } from "../../src/worker/banner.ts";

describe("the banner of a worker", () => {
  const app = new Troupe("proj", { broker: "nats://user:secret@127.0.0.1:4222" });
  app.task("proj.mul", (x: number, y: number) => x * y);
  app.task("proj.add", (x: number, y: number) => x + y);
  const worker = app.worker({ hostname: "w1@host", concurrency: 8, queues: ["hipri", "default"] });
  const text = bannerText(bannerFacts(app, worker, "proj/index.ts"));

  it("tells name, version, broker, application, concurrency, queues and tasks", () => {
    expect(text).toMatch(/^-+ w1@host v\d+\.\d+\.\d+\n/);
    for (const line of [
      ". broker:      nats://127.0.0.1:4222",
      ". app:         proj (proj/index.ts)",
      ". concurrency: 8 (async)",
      ". events:      OFF (enable -E to monitor tasks in this worker)",
      ". hipri",
      ". default",
    ]) {
      expect(text).toContain(` ${line}\n`);
    }
    expect(text).toMatch(/\[Tasks\]\n {2}\. proj\.add\n {2}\. proj\.mul$/);
  });

  it("tells whether events tell of its tasks", () => {
    const watched = app.worker({ events: true });
    expect(bannerText(bannerFacts(app, watched, "x.ts"))).toContain(" . events:      ON\n");
  });

  it("tells the pool", () => {
    const children = app.worker({ pool: "processes", concurrency: 3 });
    expect(bannerText(bannerFacts(app, children, "x.ts"))).toContain(" . concurrency: 3 (processes)\n");
  });

  it("tells between which numbers the slots follow the backlog", () => {
    const scaled = app.worker({ autoscale: [10, 2] });
    expect(bannerText(bannerFacts(app, scaled, "x.ts"))).toContain(" . concurrency: {min=2, max=10} (async)\n");
  });

  it("tells which queues are broadcast", () => {
    const news = new Troupe("news", { taskQueues: { news: { broadcast: true } } });
    expect(bannerText(bannerFacts(news, news.worker(), "x.ts"))).toContain(
      " . default\n----- ** ----- . news (broadcast)\n",
    );
  });

  it("tells no password", () => {
    expect(text).not.toContain("secret");
  });

  it("says what to do when there are no tasks", () => {
    const empty = new Troupe("empty");
    expect(bannerText(bannerFacts(empty, empty.worker(), "x.ts"))).toMatch(/none: .*include/);
  });
});
