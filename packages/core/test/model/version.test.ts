import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { VERSION } from "../../src/model/version.ts";

it("is the version of the package", () => {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  expect(VERSION).toBe(manifest.version);
});
