// Conformance of `DeadLetters`: letters are kept whole, unless they are too large, listed newest first, and dropped.

import { strict as assert } from "node:assert";
import type { DeadLetter, DeadLetters, KeptLetter, LetterQuery } from "../../transport/dead-letters.ts";
import { assertSameBytes, bytesOf, HOSTILE_NAMES, patternOf, textOf } from "./expectations.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const MANY = 100;

export function deadLettersConformance(suite: ConformanceSuite): void {
  suite.describe("dead letters", () => {
    suite.test("keeps a letter whole", (context) => keepsWhole(context));
    suite.test("lists the newest first, as many as are asked for", (context) => listsNewest(context));
    suite.test("lists letters of one queue or of all, for one reason or any", (context) => filters(context));
    suite.test("lists page by page, letters being dropped and added meanwhile", (context) => pages(context));
    suite.test("drops a letter, once, and counts what is left", (context) => drops(context));

    suite.test("takes a letter with a key for one that it has, and never one without", async ({ transport }) => {
      const { deadLetters } = transport;
      for (const key of ["k-0", "k-0", "k-1", null, null]) await deadLetters.put(letterOf("q", String(key)), key);
      assert.deepEqual(await textsIn(deadLetters, { limit: 10 }), ["null", "null", "k-1", "k-0"]);
    });

    suite.test("keeps queues apart whatever they are called", async ({ transport: { deadLetters } }) => {
      for (const name of HOSTILE_NAMES) await deadLetters.put(letterOf(name, name), null);
      for (const queue of HOSTILE_NAMES) {
        const { letters } = await deadLetters.list({ ...ALL, queue });
        assert.deepEqual(
          letters.map((letter) => [letter.queue, textOf(letter.body)]),
          [[queue, queue]],
        );
        assert.equal(await deadLetters.count(queue), 1, `letters of queue "${queue}"`);
      }
      const all = await textsIn(deadLetters, { queue: null });
      assert.deepEqual(all, HOSTILE_NAMES.toReversed(), "letters of all queues");
    });

    suite.test("cuts a body that is too large to store", async ({ transport }) => {
      const body = patternOf(transport.maxMessageBytes + 1);
      await transport.deadLetters.put({ ...letterOf("q", ""), body }, null);
      const letter = await newestIn(transport.deadLetters);
      const kept = letter.body.byteLength;
      assert.ok(kept > 0 && kept < body.byteLength, `${kept} of ${body.byteLength} bytes were kept`);
      assertSameBytes(letter.body, body.subarray(0, kept), "the part of the body that was kept");
    });
  });
}

const ALL: LetterQuery = { queue: "q", reason: null, before: null, limit: 1_000 };

function letterOf(queue: string, text: string, reason = "rejected"): DeadLetter {
  return { queue, reason, detail: "a handler threw Reject", contentType: "application/json", body: bytesOf(text) };
}

async function newestIn(deadLetters: DeadLetters): Promise<KeptLetter> {
  const [letter] = (await deadLetters.list({ ...ALL, limit: 1 })).letters;
  assert.ok(letter !== undefined, "the letter is missing");
  return letter;
}

async function textsIn(deadLetters: DeadLetters, query: Partial<LetterQuery>): Promise<(string | null)[]> {
  return (await deadLetters.list({ ...ALL, ...query })).letters.map(({ body }) => textOf(body));
}

async function keepsWhole({ transport }: TestContext): Promise<void> {
  const { deadLetters } = transport;
  const plain = letterOf("q", "");
  const letters: DeadLetter[] = [
    { ...plain, contentType: null, body: patternOf(65_536), detail: 'a "quote", ümläuts\r\nand a line' },
    { ...plain, reason: "worker-lost", contentType: "application/vnd.x; version=1" },
    { ...plain, error: { type: "TypeError", stack: "TypeError: x\n    at ü (file.ts:1:1)" } },
    { ...plain, error: { type: "Error", stack: null } },
  ];
  for (const letter of letters) {
    const before = transport.now();
    await deadLetters.put(letter, null);
    const kept = await newestIn(deadLetters);
    const { id, at, ...stored } = kept;
    assert.deepEqual({ ...stored, body: null }, { ...letter, body: null });
    assertSameBytes(stored.body, letter.body, "body of the letter");
    // Clocks of client and broker are compared.
    assert.ok(Math.abs(at - before) < 60_000, `kept at ${at}, put at ${before}`);
    assert.deepEqual(await deadLetters.get(id), kept, "the same letter by its id");
  }
}

async function listsNewest(context: TestContext): Promise<void> {
  const { deadLetters } = context.transport;
  assert.deepEqual(await deadLetters.list(ALL), { letters: [], next: null });
  for (const text of ["1", "2", "3", "4", "5"]) await deadLetters.put(letterOf("q", text), text);
  const sibling = await context.sibling();
  const list = (limit: number): Promise<(string | null)[]> => textsIn(sibling.deadLetters, { limit });
  assert.deepEqual(await list(3), ["5", "4", "3"]);
  assert.deepEqual(await list(10), ["5", "4", "3", "2", "1"]);
  assert.deepEqual(await list(0), []);
}

async function filters({ transport: { deadLetters } }: TestContext): Promise<void> {
  for (const [queue, text, reason] of [
    ["q", "1", "rejected"],
    ["other", "2", "rejected"],
    ["q", "3", "invalid"],
    ["other", "4", "invalid"],
  ] as const) {
    await deadLetters.put(letterOf(queue, text, reason), null);
  }
  const cases: readonly [Partial<LetterQuery>, string[]][] = [
    [{ queue: null }, ["4", "3", "2", "1"]],
    [{ queue: "q" }, ["3", "1"]],
    [{ queue: null, reason: "invalid" }, ["4", "3"]],
    [{ queue: "q", reason: "invalid" }, ["3"]],
    [{ queue: "q", reason: "worker-lost" }, []],
    [{ queue: "none" }, []],
    [{ queue: null, before: "nonsense" }, []],
  ];
  for (const [query, expected] of cases) {
    assert.deepEqual(await textsIn(deadLetters, query), expected, JSON.stringify(query));
  }
}

async function pages({ transport: { deadLetters } }: TestContext): Promise<void> {
  for (let count = 1; count <= MANY; count += 1) {
    await deadLetters.put(letterOf("q", String(count)), null);
    if (count % 10 === 0) await deadLetters.put(letterOf("other", "foreign"), null);
  }
  const texts: (string | null)[] = [];
  let before: string | null = null;
  do {
    const page = await deadLetters.list({ ...ALL, before, limit: 7 });
    assert.ok(page.letters.length <= 7, `${page.letters.length} letters, 7 were asked for`);
    texts.push(...page.letters.map(({ body }) => textOf(body)));
    // Where the page ended is found again though that letter is gone, and newer ones do not come into it.
    for (const { id } of page.letters) await deadLetters.drop(id);
    await deadLetters.put(letterOf("q", "new"), null);
    before = page.next;
  } while (before !== null);
  assert.deepEqual(
    texts,
    Array.from({ length: MANY }, (_, index) => String(MANY - index)),
  );
}

async function drops(context: TestContext): Promise<void> {
  const { deadLetters } = context.transport;
  for (const text of ["1", "2", "3"]) await deadLetters.put(letterOf("q", text), null);
  await deadLetters.put(letterOf("other", "4"), null);
  const [, second] = (await deadLetters.list(ALL)).letters;
  assert.ok(second !== undefined, "the second letter is missing");
  assert.deepEqual([await deadLetters.count("q"), await deadLetters.count(null)], [3, 4], "before");
  assert.equal(await deadLetters.drop(second.id), true);
  assert.equal(await deadLetters.drop(second.id), false, "dropped again");
  assert.equal(await deadLetters.get(second.id), null);
  assert.deepEqual(await textsIn((await context.sibling()).deadLetters, {}), ["3", "1"]);
  assert.deepEqual([await deadLetters.count("q"), await deadLetters.count(null)], [2, 3], "afterwards");
  for (const id of ["nonsense", "0", "-1", "99999999999999999999", ""]) {
    assert.equal(await deadLetters.drop(id), false, `drop of "${id}"`);
    assert.equal(await deadLetters.get(id), null, `get of "${id}"`);
  }
}
