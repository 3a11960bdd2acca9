// The broker of a run: a nats-server of its own on a free port, with an empty store that goes when the run ends.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

/** A running server. */
export interface BenchServer extends AsyncDisposable {
  readonly url: string;
  readonly version: string;
}

// Debian keeps nats-server where the PATH of an ordinary user does not lead.
const PATH = [process.env["PATH"] ?? "", "/usr/local/sbin", "/usr/sbin"].join(delimiter);
const VERSION = /Version: +([\w.-]+)/;
const LISTENING = /Listening for client connections on \S+:(\d+)$/;
const READY = /Server is ready$/;

/** Starts a server. Rejects when the program is not installed or does not come up. */
export async function startServer(): Promise<BenchServer> {
  const folder = await mkdtemp(join(tmpdir(), "troupe-bench-"));
  const args = ["-a", "127.0.0.1", "-p", "-1", "-js", "-sd", folder];
  const child = spawn("nats-server", args, { env: { ...process.env, PATH }, stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(child, "exit");
  const killAtExit = (): void => void child.kill("SIGKILL");
  process.once("exit", killAtExit);
  let port = "";
  let version = "";
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      version = VERSION.exec(line)?.[1] ?? version;
      port = LISTENING.exec(line)?.[1] ?? port;
      if (READY.test(line)) resolve();
    });
    child.once("error", (error) =>
      reject(new Error("nats-server cannot be started; is it installed?", { cause: error })),
    );
    child.once("exit", () => reject(new Error("nats-server ended before it was ready")));
  });
  return {
    url: `nats://127.0.0.1:${port}`,
    version,
    async [Symbol.asyncDispose]() {
      process.off("exit", killAtExit);
      child.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
