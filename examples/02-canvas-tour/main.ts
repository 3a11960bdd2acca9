// Every example of the two guides on composing tasks, in their order. Each line that begins with ">" is what the code does, and what
// can be typed at the prompt (prompt.ts); below it is what that gives.

import { chains } from "./chains.ts";
import { chords } from "./chords.ts";
import { groups } from "./groups.ts";
import { mapAndChunks } from "./map-and-chunks.ts";
import { nextSteps } from "./next-steps.ts";
import { primitives } from "./primitives.ts";
import { openSession } from "./session.ts";
import { signatures } from "./signatures.ts";

await using _session = await openSession();

console.log("What the code does, and what that gives:");
await nextSteps();
await signatures();
await primitives();
await chains();
await groups();
await chords();
await mapAndChunks();
