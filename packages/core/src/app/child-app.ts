// Inside a child of a pool: finds the application that its worker's modules hold.

import { appsNamed } from "../canvas/known-apps.ts";
import { ConfigError } from "../model/errors.ts";
import type { Logger } from "../platform/logger.ts";
import type { ChildSetup } from "../worker/pools/child-messages.ts";
import type { ChildApp } from "../worker/pools/child-tasks.ts";
import { includeModule } from "./include-module.ts";

/** Names the method of an application that opens it in a child; the same in all copies of this package. */
export const OPEN_IN_CHILD: unique symbol = Symbol.for("troupe.openInChild");

/** An application, in a child. */
interface OpensInChild {
  readonly name: string;
  [OPEN_IN_CHILD](setup: ChildSetup, logger: Logger): ChildApp;
}

/**
 * Imports the modules and opens the application.
 *
 * @throws {ConfigError} none of them holds it.
 * @throws {unknown} what a module throws.
 */
export async function openChildApp(setup: ChildSetup, logger: Logger): Promise<ChildApp> {
  const { app: name, modules, base, loader } = setup;
  if (loader !== null) await import(loader);
  const exported: unknown[] = [];
  for (const module of modules) exported.push(...Object.values(await includeModule(module, base)));
  // Exports first: what is CommonJS may have a copy of this package to itself, whose applications are not known here.
  const app = [...exported, ...appsNamed(name)].find(opensInChild(name));
  if (app) return app[OPEN_IN_CHILD](setup, logger);
  throw new ConfigError(
    `no application "${name}" is made by ${modules.join(", ")}; name the module that makes it: app.includeFrom(import.meta.url) there`,
  );
}

function opensInChild(name: string): (value: unknown) => value is OpensInChild {
  return (value): value is OpensInChild =>
    typeof value === "object" && value !== null && OPEN_IN_CHILD in value && "name" in value && value.name === name;
}
