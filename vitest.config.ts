// Three projects: unit (no broker, fast), system (several packages, a real broker), faults (processes and brokers die).
// All run from the sources of the packages: the private condition "troupe-source" leads each import to src.

import { defineConfig } from "vitest/config";

const conditions = ["troupe-source", "node", "import", "module", "default"];

// Debian keeps nats-server where the PATH of an ordinary user does not lead.
const path = [process.env["PATH"], "/usr/local/sbin", "/usr/sbin"].filter(Boolean).join(":");

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        // Generous, for a test that is slow on a busy machine is not wrong.
        test: { name: "unit", include: ["packages/*/test/**/*.test.ts"], testTimeout: 30_000, hookTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          exclude: ["test/faults/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: { name: "faults", include: ["test/faults/**/*.test.ts"], testTimeout: 180_000, hookTimeout: 180_000 },
      },
    ],
    env: { PATH: path },
    pool: "forks",
    maxWorkers: 4, // of two cores: half of the tests wait for brokers and processes, most of the time
    retry: 0, // a flaky test is a bug
    reporters: ["default"], // the same closing lines in every terminal and in CI
  },
});
