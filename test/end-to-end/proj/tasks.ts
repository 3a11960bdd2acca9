// The tasks of the project; imported by its workers, and by nobody else.

import { app } from "./app.ts";

app.task("proj.tasks.add", (x: number, y: number) => sum([x, y]));
app.task("proj.tasks.mul", (x: number, y: number) => x * y);
app.task("proj.tasks.xsum", (numbers: readonly number[]) => sum(numbers));

function sum(numbers: readonly number[]): number {
  if (!numbers.every(Number.isFinite)) throw new TypeError("a number is missing");
  return numbers.reduce((total, number) => total + number, 0);
}
