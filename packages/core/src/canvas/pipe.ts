// Signatures in a row, and what becomes of them: what follows a group makes it a chord, what follows a
// chord goes to its body. The result has one form, however it was put together.

import { InvalidCanvasError } from "../model/errors.ts";
import { bodyOf, chainData, chordData, groupData, hasEmptyEnd, headerOf, isEmptyGroup, stepsOf } from "./containers.ts";
import { asGroup } from "./group.ts";
import type { SignatureData } from "./signature-data.ts";
import { unrolled } from "./unroll.ts";

/** Collects steps. */
export class Composition {
  readonly #steps: SignatureData[];
  /** It is a chain: of one step too. */
  #isChain: boolean;
  /** An empty group at the end was dropped; what follows gets its value, an empty list. */
  #emptyEnd: boolean;

  constructor(first: SignatureData) {
    this.#isChain = first.subtaskType === "chain";
    this.#steps = this.#isChain ? [...stepsOf(first)] : [asGroup(first)];
    this.#emptyEnd = hasEmptyEnd(first);
  }

  /** What all of them make together. */
  get whole(): SignatureData {
    const [only] = this.#steps;
    return this.#isChain || !only ? chainData(this.#steps, { emptyEnd: this.#emptyEnd }) : only;
  }

  /** @throws {InvalidCanvasError} it comes after a chord without a body. */
  add(next: SignatureData): void {
    if (next.subtaskType === "chain") this.#addChain(next);
    else if (isEmptyGroup(next)) this.#addEmptyGroup(next);
    else this.#addStep(asGroup(next));
  }

  #addChain(chain: SignatureData): void {
    const steps = stepsOf(chain);
    const last = this.#last;
    if (steps.length === 0) return;
    if (last?.subtaskType === "group") {
      this.#replaceLast(chordData(last, chain));
    } else if (this.#isChain && last) {
      for (const step of steps) this.add(step);
    } else {
      for (const step of steps) this.#push(step);
    }
    if (!hasEmptyEnd(chain)) return;
    this.#isChain = true;
    this.#emptyEnd = true;
  }

  // After a group it says nothing; after anything else it is remembered, for what follows.
  #addEmptyGroup(group: SignatureData): void {
    const last = this.#last;
    if (last?.subtaskType === "group") return;
    this.#isChain = true;
    if (last) this.#emptyEnd = true;
    else this.#steps.push(group);
  }

  #addStep(next: SignatureData): void {
    const last = this.#last;
    if (this.#emptyEnd) this.#push(chordData(groupData([]), next));
    else if (last?.subtaskType === "group") this.#replaceLast(chordData(last, next));
    else if (last?.subtaskType === "chord" && this.#goesToBody(last, next)) this.#replaceLast(withLonger(last, next));
    else this.#push(last ? unrolled(next) : next);
  }

  // Of chords in a row each stays a step, so that none grows with their number.
  #goesToBody(chord: SignatureData, next: SignatureData): boolean {
    if (next.subtaskType === "chord") return false;
    return this.#isChain || unrolled(next).subtaskType !== "group" || endsInGroup(chord);
  }

  get #last(): SignatureData | undefined {
    return this.#steps.at(-1);
  }

  #push(step: SignatureData): void {
    this.#isChain = true;
    this.#emptyEnd = false;
    this.#steps.push(step);
  }

  #replaceLast(step: SignatureData): void {
    this.#steps[this.#steps.length - 1] = step;
  }
}

/**
 * Two signatures in a row. A group is not unrolled on the left, nor after a group.
 *
 * @throws {InvalidCanvasError} the left one is a chord without a body.
 */
export function pipe(left: SignatureData, right: SignatureData): SignatureData {
  const both = new Composition(left);
  both.add(right);
  return both.whole;
}

function withLonger(chord: SignatureData, next: SignatureData): SignatureData {
  const body = bodyOf(chord);
  if (body) return chordData(headerOf(chord), pipe(body, next));
  throw new InvalidCanvasError("nothing can follow a chord that has no body yet; give it one: chord(header, body)");
}

function endsInGroup(data: SignatureData | null | undefined): boolean {
  if (data?.subtaskType === "chain") return endsInGroup(stepsOf(data).at(-1));
  return data?.subtaskType === "chord" ? endsInGroup(bodyOf(data)) : data?.subtaskType === "group";
}
