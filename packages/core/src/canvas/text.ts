// Signatures as text, for people: `proj.add(4, 4) | mul(8)`. Long ones are cut, and what would be cut is not written.

import { shown } from "../model/names.ts";
import { isPlainObject } from "../model/option-rules.ts";
import { hasSignatureBrand } from "../model/signature-brand.ts";
import { bodyOf, headerOf, membersOf, stepsOf } from "./containers.ts";
import { LazyMembers } from "./lazy-members.ts";
import { isSignatureData, type SignatureData } from "./signature-data.ts";

const MOST_CHARACTERS = 1_024;
const MOST_LEVELS = 32;

/** The signature as text. What the names of all tasks begin with is written once. */
export function text(data: SignatureData): string {
  const writer = new Writer();
  writer.signature(data);
  return writer.text;
}

class Writer {
  #text = "";
  #level = 0;
  #prefix: string | null = null;

  get text(): string {
    return this.#isFull ? `${this.#text.slice(0, MOST_CHARACTERS)}…` : this.#text;
  }

  get #isFull(): boolean {
    return this.#text.length > MOST_CHARACTERS;
  }

  signature(data: SignatureData, first?: SignatureData): void {
    this.#nested(() => {
      switch (data.subtaskType) {
        case "chain":
          return this.#chain(stepsOf(data), first);
        case "group":
          return this.#group(data);
        case "chord":
          return this.#chord(data);
        case "map":
        case "starmap":
        case "chunks":
          return this.#mapped(data);
        default:
          return this.#call(data, first);
      }
    });
  }

  #call({ task, args, kwargs }: SignatureData, first?: SignatureData): void {
    this.#name(task);
    this.#write("(");
    if (first) this.#members(first);
    if (first && args.length > 0) this.#write(", ");
    this.#list(args, ", ", (arg) => this.#value(arg));
    const separator = first || args.length > 0 ? ", " : "";
    const keywords = Object.entries(kwargs);
    if (keywords.length > 0) this.#write(separator);
    this.#list(keywords, ", ", ([name, value]) => {
      this.#write(`${name}=`);
      this.#value(value);
    });
    this.#write(")");
  }

  #chain(steps: readonly SignatureData[], first?: SignatureData): void {
    if (steps.length === 0) this.#write("chain(<empty>)");
    this.#list(steps, " | ", (step, at) => this.signature(step, at === 0 ? first : undefined));
  }

  #group(group: SignatureData): void {
    this.#write("group(");
    const members = membersOf(group);
    if (members instanceof LazyMembers || members.length > 0) this.#members(group);
    else this.#write("<empty>");
    this.#write(")");
  }

  #members(group: SignatureData): void {
    const members = membersOf(group);
    this.#write("[");
    if (members instanceof LazyMembers) this.#write("…");
    else this.#list(members, ", ", (member) => this.signature(member));
    this.#write("]");
  }

  // As the call of its body with the header as first argument.
  #chord(chord: SignatureData): void {
    const body = bodyOf(chord);
    const header = headerOf(chord);
    this.#write(body ? "%" : "<chord without body: ");
    if (!body) this.#members(header);
    else if (startsWithCall(body)) this.#inBrackets(body.subtaskType === "chain", () => this.signature(body, header));
    else {
      this.#inBrackets(true, () => this.signature(body));
      this.#inBrackets(true, () => this.#members(header));
    }
    if (!body) this.#write(">");
  }

  #mapped({ subtaskType, kwargs: { task, it, n } }: SignatureData): void {
    this.#name(isSignatureData(task) ? task.task : shown(task));
    this.#write(`.${subtaskType}(`);
    this.#value(it);
    this.#write(n === undefined ? ")" : `, ${shown(n)})`);
  }

  #name(task: string): void {
    if (this.#prefix !== null && task.startsWith(this.#prefix)) return this.#write(task.slice(this.#prefix.length));
    this.#prefix ??= task.slice(0, task.lastIndexOf(".") + 1);
    this.#write(task);
  }

  #value(value: unknown): void {
    this.#nested(() => {
      if (hasSignatureBrand(value) && isSignatureData(value)) this.signature(value);
      else if (typeof value === "string") this.#write(JSON.stringify(value.slice(0, MOST_CHARACTERS)));
      else if (Array.isArray(value)) {
        this.#write("[");
        this.#list(value, ", ", (item) => this.#value(item));
        this.#write("]");
      } else if (isPlainObject(value)) {
        this.#write("{");
        this.#list(Object.entries(value), ", ", ([key, member]) => {
          this.#write(`${JSON.stringify(key)}: `);
          this.#value(member);
        });
        this.#write("}");
      } else this.#write(simpleText(value));
    });
  }

  #inBrackets(wanted: boolean, write: () => void): void {
    if (wanted) this.#write("(");
    write();
    if (wanted) this.#write(")");
  }

  #list<T>(items: readonly T[], separator: string, write: (item: T, at: number) => void): void {
    for (const [at, item] of items.entries()) {
      if (this.#isFull) return;
      if (at > 0) this.#write(separator);
      write(item, at);
    }
  }

  #nested(write: () => void): void {
    if (this.#level >= MOST_LEVELS) return this.#write("…");
    this.#level++;
    write();
    this.#level--;
  }

  #write(part: string): void {
    if (!this.#isFull) this.#text += part;
  }
}

function startsWithCall(body: SignatureData): boolean {
  const first = body.subtaskType === "chain" ? stepsOf(body)[0] : body;
  return first !== undefined && (first.subtaskType === "" || first.subtaskType === "errback");
}

function simpleText(value: unknown): string {
  if (value === undefined) return "null";
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return value instanceof Uint8Array ? `<${value.length} bytes>` : shown(value);
}
