// From the arguments of a message to those of the handler: keywords are passed last as one object, or bound by name where the
// task declares its parameters' names.

import { InvalidArgumentError } from "../model/errors.ts";

/** What binding needs to know of a call and of its task. */
export interface Call {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** What binding needs to know of a task. The handler's length counts its parameters before the first that has a default. */
export interface Parameters {
  readonly name: string;
  readonly handler: { readonly length: number };
  readonly config: { readonly params: readonly string[] | null };
}

/**
 * Arguments for the handler.
 *
 * @throws {InvalidArgumentError} an unknown, missing or doubly given name; only for tasks with `params`.
 */
export function bindArguments(task: Parameters, call: Call): unknown[] {
  const names = Object.keys(call.kwargs);
  const params = task.config.params;
  if (!params) return names.length === 0 ? [...call.args] : [...call.args, { ...call.kwargs }];
  const unknown = names.find((name) => !params.includes(name));
  if (unknown !== undefined) throw wrong(task, `it has no parameter "${unknown}"; it has ${params.join(", ")}`);
  if (call.args.length > params.length)
    throw wrong(task, `${call.args.length} arguments were given for ${params.length} parameters`);
  return params.map((name, i) => {
    const named = Object.hasOwn(call.kwargs, name);
    if (named && i < call.args.length) throw wrong(task, `"${name}" is given twice, by position and by name`);
    if (!named && i >= call.args.length && i < task.handler.length) throw wrong(task, `"${name}" is missing`);
    return named ? call.kwargs[name] : call.args[i];
  });
}

function wrong(task: Parameters, what: string): InvalidArgumentError {
  return new InvalidArgumentError(`arguments of task "${task.name}" do not fit: ${what}`);
}
