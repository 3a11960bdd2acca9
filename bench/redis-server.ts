// The broker of BullMQ: a redis-server of its own on a free port, with an empty store that goes when the run ends. It writes its log
// as BullMQ's documentation recommends for production, so that it keeps as much as JetStream's files do when the server is killed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A running server. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
}

const READY = /Ready to accept connections/;

/** Starts a server; null when the program is not installed. Rejects when it does not come up. */
export async function startRedis(): Promise<RedisServer | null> {
  const folder = await mkdtemp(join(tmpdir(), "troupe-bench-redis-"));
  const port = await freePort();
  const storing = ["--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "everysec"];
  const args = ["--bind", "127.0.0.1", "--port", String(port), "--maxmemory-policy", "noeviction", ...storing];
  const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "ignore"] });
  const killAtExit = (): void => void child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const isUp = await new Promise<boolean>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (READY.test(line)) resolve(true);
    });
    child.once("error", () => resolve(false));
    child.once("exit", () => reject(new Error("redis-server ended before it was ready")));
  });
  return isUp ? { url: `redis://127.0.0.1:${port}`, [Symbol.asyncDispose]: end } : end().then(() => null);

  async function end(): Promise<void> {
    process.off("exit", killAtExit);
    child.removeAllListeners("exit");
    const exited = child.pid === undefined ? null : once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

// Redis, unlike nats-server, does not choose one itself.
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP, so it is no name of a pipe
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
