// Finds the camera that --camera names, and says precisely why when there is none.

import path from "node:path";
import type { CameraOptions } from "@troupe/core";
import { usageError } from "../exit-code.ts";
import { findModules } from "../find-module.ts";
import { type ImportModule, importOrExplain } from "../import-module.ts";
import { exportsOf, kindOf, listed } from "../module-exports.ts";

/** What a camera itself says; when it takes shots, options say. */
export type LoadedCamera = Pick<CameraOptions, "onShutter" | "onCleanup" | "clearAfter">;

const TARGET = /^(.+):([A-Za-z_$][\w$]*)$/;
const HOW = "export a function of the state, or an object with the function onShutter";

/**
 * Loads a camera: a function, or an object with `onShutter` and, if it wants, `onCleanup` and `clearAfter`.
 *
 * @param target - `path/to/module:export`; without an export `camera`, else the default.
 * @param from - Folder that relative paths start from.
 * @throws {CliError} there is no such module or export, the module raised an error, or what it exports is no camera.
 */
export async function loadCamera(target: string, from: string, importModule: ImportModule): Promise<LoadedCamera> {
  const [, name = target, wanted = null] = TARGET.exec(target) ?? [];
  const { files, tried } = findModules(name, from);
  const [file] = files;
  if (file === undefined) {
    const names = tried.map((one) => path.relative(from, path.resolve(from, one)));
    throw usageError(`no module "${name}" in ${from}, check --camera; none of these exists: ${names.join(", ")}`);
  }
  const exports = exportsOf(await importOrExplain(file, importModule));
  const value = wanted === null ? (exports.get("camera") ?? exports.get("default")) : exports.get(wanted);
  if (value === undefined)
    throw usageError(`${file} has no export "${wanted ?? "camera"}"; it has ${listed(exports)}; ${HOW}`);
  return cameraOf(value, `export "${wanted ?? "camera"}" of ${file}`);
}

function cameraOf(value: unknown, what: string): LoadedCamera {
  if (typeof value === "function") {
    if (functionIn(value.prototype, "onShutter")) throw usageError(`${what} is a class; export an object of it`);
    return { onShutter: (state) => Reflect.apply(value, undefined, [state]) };
  }
  const onShutter = functionIn(value, "onShutter");
  if (!onShutter) throw usageError(`${what} is ${kindOf(value)} without the function onShutter; ${HOW}`);
  const onCleanup = functionIn(value, "onCleanup");
  return {
    onShutter: (state) => Reflect.apply(onShutter, value, [state]),
    onCleanup: onCleanup ? () => Reflect.apply(onCleanup, value, []) : undefined,
    clearAfter: memberOf(value, "clearAfter") === true,
  };
}

function functionIn(value: unknown, name: string): Function | null {
  const member = memberOf(value, name);
  return typeof member === "function" ? member : null;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
