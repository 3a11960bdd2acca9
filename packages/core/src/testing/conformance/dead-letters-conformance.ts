// Conformance of `DeadLetters`: letters are kept whole, unless they are too large, and listed newest first.

import { strict as assert } from "node:assert";
import type { DeadLetter } from "../../transport/dead-letters.ts";
import { assertSameBytes, bytesOf, HOSTILE_NAMES, patternOf, textOf } from "./expectations.ts";
import type { ConformanceSuite } from "./suite.ts";

const letterOf = (queue: string, text: string): DeadLetter => ({
  queue,
  reason: "rejected",
  detail: "a handler threw Reject",
  contentType: "application/json",
  body: bytesOf(text),
});

export function deadLettersConformance(suite: ConformanceSuite): void {
  suite.describe("dead letters", () => {
    suite.test("keeps a letter whole", async ({ transport: { deadLetters } }) => {
      const letters: DeadLetter[] = [
        {
          ...letterOf("q", ""),
          contentType: null,
          body: patternOf(65_536),
          detail: 'a "quote", ümläuts\r\nand a line',
        },
        { ...letterOf("q", "x"), reason: "worker-lost", contentType: "application/vnd.x; version=1" },
      ];
      for (const letter of letters) {
        await deadLetters.put(letter, null);
        const [stored] = await deadLetters.newest("q", 1);
        assert.ok(stored !== undefined, "the letter is missing");
        assert.deepEqual({ ...stored, body: null }, { ...letter, body: null });
        assertSameBytes(stored.body, letter.body, "body of the letter");
      }
    });

    suite.test("lists the newest first, as many as are asked for", async (context) => {
      const { deadLetters } = context.transport;
      assert.deepEqual(await deadLetters.newest("q", 10), []);
      for (const text of ["1", "2", "3", "4", "5"]) await deadLetters.put(letterOf("q", text), text);
      const sibling = await context.sibling();
      const list = async (limit: number): Promise<(string | null)[]> =>
        (await sibling.deadLetters.newest("q", limit)).map((letter) => textOf(letter.body));
      assert.deepEqual(await list(3), ["5", "4", "3"]);
      assert.deepEqual(await list(10), ["5", "4", "3", "2", "1"]);
      assert.deepEqual(await list(0), []);
    });

    suite.test("takes a letter with a key for one that it has, and never one without", async ({ transport }) => {
      const { deadLetters } = transport;
      for (const key of ["k-0", "k-0", "k-1", null, null]) await deadLetters.put(letterOf("q", String(key)), key);
      const letters = await deadLetters.newest("q", 10);
      assert.deepEqual(
        letters.map(({ detail }) => detail),
        [null, null, "k-1", "k-0"].map(String).map((text) => letterOf("q", text).detail),
      );
    });

    suite.test("keeps queues apart whatever they are called", async ({ transport: { deadLetters } }) => {
      for (const name of HOSTILE_NAMES) await deadLetters.put(letterOf(name, name), null);
      for (const name of HOSTILE_NAMES) {
        const letters = await deadLetters.newest(name, 10);
        assert.deepEqual(
          letters.map((letter) => [letter.queue, textOf(letter.body)]),
          [[name, name]],
        );
      }
    });

    suite.test("cuts a body that is too large to store", async ({ transport }) => {
      const body = patternOf(transport.maxMessageBytes + 1);
      await transport.deadLetters.put({ ...letterOf("q", ""), body }, null);
      const [letter] = await transport.deadLetters.newest("q", 1);
      assert.ok(letter !== undefined, "the letter is missing");
      const kept = letter.body.byteLength;
      assert.ok(kept > 0 && kept < body.byteLength, `${kept} of ${body.byteLength} bytes were kept`);
      assertSameBytes(letter.body, body.subarray(0, kept), "the part of the body that was kept");
    });
  });
}
