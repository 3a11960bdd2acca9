// `events --camera`: shows the state of the cluster to a camera.

import type { CameraOptions, Troupe } from "@troupe/core";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Output } from "../output/output.ts";

/**
 * Takes shots until it is stopped; the last one is waited for.
 *
 * @param untilStopped - Begins to wait for the stop; called when it listens.
 */
export async function runCamera(
  app: Troupe,
  options: CameraOptions,
  output: Output,
  untilStopped: () => Promise<void>,
): Promise<ExitCode> {
  const camera = await app.events.camera(options);
  output.note("-> evcam: taking shots...");
  try {
    await untilStopped();
    return EXIT.done;
  } finally {
    await camera.close();
  }
}
