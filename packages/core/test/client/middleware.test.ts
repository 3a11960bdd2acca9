import { expect, it } from "vitest";
import { type Link, runChain } from "../../src/client/middleware.ts";

const around =
  (name: string, seen: string[]): Link<string, string> =>
  async (subject, next) => {
    seen.push(`${name} before`);
    const value = await next(`${subject}${name}`);
    seen.push(`${name} after`);
    return `${value}${name}`;
  };

it("runs links around the last, the first one outermost; each may change what goes on and what comes back", async () => {
  const seen: string[] = [];
  const value = await runChain([around("1", seen), around("2", seen)], "x", async (subject) => `<${subject}>`);
  expect(value).toBe("<x12>21");
  expect(seen).toEqual(["1 before", "2 before", "2 after", "1 after"]);
});

it("hands on what it got when next is called without", async () => {
  expect(await runChain([(_subject, next) => next()], "x", async (subject) => subject)).toBe("x");
});

it("gives what a link gives that does not hand on", async () => {
  const last = (): never => {
    throw new Error("is not reached");
  };
  expect(await runChain<string, string>([() => "instead"], "x", last)).toBe("instead");
});

it("rejects with what a link throws, or the last does", async () => {
  const thrower = (): never => {
    throw new Error("no");
  };
  await expect(runChain([thrower], "x", async (subject) => subject)).rejects.toThrow("no");
  await expect(runChain([(_subject, next) => next()], "x", async () => thrower())).rejects.toThrow("no");
});

it("refuses a second call of next", async () => {
  const twice: Link<string, string> = async (_subject, next) => {
    await next();
    return next();
  };
  let reached = 0;
  await expect(runChain([twice], "x", async (subject) => `${subject}${++reached}`)).rejects.toThrow("next() twice");
  expect(reached).toBe(1);
});
