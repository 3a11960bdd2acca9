// Imported, teaches Node to read TypeScript: in this process, and in the threads and processes of a worker. Both ways, for without
// `"type": "module"` a .ts file is a CommonJS module.

import { register as registerForRequire } from "tsx/cjs/api";
import { register as registerForImport } from "tsx/esm/api";

registerForRequire();
registerForImport();
