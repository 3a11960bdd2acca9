// The application's module of a project of three files, as the tutorial has it.

import { Troupe } from "@troupe/core";

export const app: Troupe = new Troupe("proj", { include: ["./tasks.ts"] });
app.includeFrom(import.meta.url);
