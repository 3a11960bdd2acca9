// The applications of this process. `signature(...)` and a canvas without members are told none, and have to find the one that is
// meant. This is the only state of a module in the package: whatever held it instead would have to be handed to them just as an
// application would. Applications are held weakly, and until they are closed.

import type { SignatureApp } from "./signature-app.ts";

/** An application, as far as finding it goes. */
export interface KnownApp {
  /** Whether one of its tasks makes this call. */
  isRunning(): boolean;
  readonly name: string;
  /** The application itself. */
  readonly owner: object;
  readonly signatures: SignatureApp;
}

const known = new Set<WeakRef<KnownApp>>();

/** Makes an application known. */
export function addApp(app: KnownApp): void {
  living();
  known.add(new WeakRef(app));
}

/** Forgets an application. */
export function removeApp(app: KnownApp): void {
  for (const ref of known) if (ref.deref() === app) known.delete(ref);
}

/** The application whose task runs here, else the only one. Otherwise null. */
export function meantApp(): SignatureApp | null {
  const apps = living();
  const running = apps.filter((app) => app.isRunning());
  const [app, another] = running.length > 0 ? running : apps;
  return app && !another ? app.signatures : null;
}

/** The applications of that name. */
export function appsNamed(name: string): object[] {
  return living()
    .filter((app) => app.name === name)
    .map(({ owner }) => owner);
}

/** Those that are left; the others are dropped. */
function living(): KnownApp[] {
  const apps: KnownApp[] = [];
  for (const ref of known) {
    const app = ref.deref();
    if (app) apps.push(app);
    else known.delete(ref);
  }
  return apps;
}
