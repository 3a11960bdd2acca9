// A signature where no application is at hand: it belongs to that of the running task, else to the only one of the process.

import { composeCall } from "../canvas/compose.ts";
import { meantApp } from "../canvas/known-apps.ts";
import { operand } from "../canvas/operand.ts";
import { UntypedSignature } from "../canvas/signature.ts";
import type { SignatureApp } from "../canvas/signature-app.ts";
import type { NamedSignature, SerializedSignature, StoredSignature } from "../client/signature.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import { InvalidCanvasError } from "../model/errors.ts";

/**
 * The call of a task by its name, or a signature from its plain data. As `app.signature`, of the application whose task runs here, or
 * of the only one in this process.
 *
 * @throws {InvalidCanvasError} it is not clear which application is meant, or the data is no signature.
 * @throws {InvalidArgumentError | UnsupportedError} the name or an option is wrong.
 */
export function signature<R = unknown>(
  name: string,
  args?: readonly unknown[],
  options?: ApplyOptions,
): NamedSignature<R>;
export function signature<R = unknown>(serialized: SerializedSignature): StoredSignature<R>;
export function signature(
  of: string | SerializedSignature,
  args?: readonly unknown[],
  options?: ApplyOptions,
): unknown {
  const app = found();
  return typeof of === "string"
    ? composeCall(of, args ?? [], options ?? {}, app)
    : new UntypedSignature(operand(of).data, app);
}

function found(): SignatureApp {
  const app = meantApp();
  if (app) return app;
  throw new InvalidCanvasError(
    "signature(...) does not know the application: no task runs here, and there is none in this process, or several; write app.signature(...)",
  );
}
