import { InvalidArgumentError } from "commander";
import { expect, it } from "vitest";
import { expandFile, parseFileTemplate } from "../../src/worker/file-template.ts";
import { workerFiles } from "../../src/worker/worker-files.ts";

it.each([
  ["%n.pid", "w1.pid"],
  ["/var/log/%n%I.log", "/var/log/w1.log"],
  ["%h-%d-%p-%i", "host.example.org-example.org-w1@host.example.org-0"],
  ["%%n", "%n"],
  ["plain", "plain"],
])("%s becomes %s", (template, file) => {
  expect(expandFile(parseFileTemplate(template), "w1@host.example.org")).toBe(file);
});

it("has no domain where the host has none", () => {
  expect(expandFile("%n-%d", "w1@host")).toBe("w1-");
});

it.each(["%x.log", "%", "", "%%%"])("%j is refused", (template) => {
  expect(() => parseFileTemplate(template)).toThrow(InvalidArgumentError);
});

it("gives a worker files in the background only, unless they are asked for", () => {
  expect(workerFiles({}, "w1@host", "/run")).toEqual({ pidfile: null, logfile: null });
  expect(workerFiles({ detach: true }, "w1@host", "/run")).toEqual({ pidfile: "/run/w1.pid", logfile: "/run/w1.log" });
  expect(workerFiles({ logfile: "log/%n" }, "w1@host", "/run")).toEqual({ pidfile: null, logfile: "/run/log/w1" });
});
