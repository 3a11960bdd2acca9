// The import table as rules: which folder of core, and which package, may import which. ARCHITECTURE.md explains the table.
// Run through `npm run architecture`, which also asserts that every source file was seen.

const { Visitor } = require("@swc/core/Visitor.js");

// The parser reads `using` and `await using`, but its visitor throws on them. They are walked as what they are: declarations.
// oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this` below
const visitStatement = Visitor.prototype.visitStatement;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
  this.visitVariableDeclarators(statement.decls);
  return statement;
};

const core = "^packages/core/src/";
const entry = "(|testing/|transport/)index[.]ts$"; // under src: the files that `exports` names

/** Folder of core/src → the other folders of core/src that it may import. */
const mayImport = {
  model: [],
  platform: [],
  codec: ["model"],
  canvas: ["model"],
  transport: ["model", "platform"],
  events: ["model", "platform", "codec", "transport"],
  client: ["model", "platform", "codec", "canvas", "transport"],
  coordination: ["model", "platform", "codec", "canvas", "transport", "client"],
  worker: ["model", "platform", "codec", "canvas", "transport", "events", "client", "coordination"],
  app: ["model", "platform", "codec", "canvas", "transport", "events", "client", "coordination", "worker"],
  testing: ["model", "platform", "codec", "canvas", "transport", "events", "client", "coordination", "worker", "app"],
};

const folders = Object.entries(mayImport).map(([folder, others]) => ({
  name: `core-${folder}`,
  comment: `core/src/${folder} may import ${others.join(", ") || "no other folder"}.`,
  severity: "error",
  from: { path: `${core}${folder}/` },
  to: { path: core, pathNot: `${core}(${[folder, ...others].join("|")})/` },
}));

/** One line of the package table: what files under `from` must not import. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const packages = [
  forbid(
    "nats-only-in-nats-transport",
    "Alone among packages, nats-transport knows NATS; a port speaks of queues, records and topics.",
    { path: "^(packages/(core|cli)|examples)/" },
    { path: "(^|node_modules/)@nats-io/" },
  ),
  forbid(
    "core-imports-no-package",
    "core knows ports; a transport is loaded by the scheme of its address.",
    { path: "^packages/core/" },
    { path: "^packages/", pathNot: "^packages/core/" },
  ),
  forbid(
    "nats-transport-imports-core-only",
    "A transport needs the ports, nothing else of ours.",
    { path: "^packages/nats-transport/" },
    { path: "^packages/", pathNot: "^packages/(core|nats-transport)/" },
  ),
  forbid(
    "cli-imports-core-only",
    "The user's app module chooses the transport, so the CLI works with every one.",
    { path: "^packages/cli/" },
    { path: "^packages/", pathNot: "^packages/(core|cli)/" },
  ),
  forbid(
    "public-entries-only",
    "Of another package, only what its package.json exports.",
    { path: "^packages/([^/]+)/" },
    { path: "^packages/", pathNot: ["^packages/$1/", `^packages/[^/]+/src/${entry}`] },
  ),
  forbid(
    "examples-use-public-entries",
    "An example does what a user can do.",
    { path: "^examples/" },
    { path: "^packages/", pathNot: `^packages/[^/]+/src/${entry}` },
  ),
  forbid(
    "entries-are-not-imported-inside",
    "index.ts lists what is public; inside the package, import the file that has it.",
    { path: "^packages/([^/]+)/src/" },
    { path: `^packages/$1/src/${entry}` },
  ),
  forbid(
    "testing-is-for-tests",
    "@troupe/core/testing is imported by tests only.",
    { path: "^(packages/[^/]+/src/|examples/)", pathNot: `${core}testing/` },
    { path: `${core}testing/` },
  ),
  forbid(
    "tests-are-imported-by-nothing",
    "What several need is in @troupe/core/testing.",
    { path: "^(packages/[^/]+/src|examples|bench|scripts)/" },
    { path: "^(test|packages/[^/]+/test)/" },
  ),
  forbid(
    "leaves-are-imported-by-nothing",
    "Examples and benchmarks are programs, not libraries.",
    { path: "^packages/" },
    { path: "^(examples|bench|scripts)/" },
  ),
];

module.exports = {
  forbidden: [
    ...folders,
    ...packages,
    forbid("no-cycle", "No import cycles, types included.", {}, { circular: true }),
    forbid("no-unresolvable", "An import that leads nowhere escapes every other rule.", {}, { couldNotResolve: true }),
  ],
  options: {
    // With TypeScript 7 installed, the default parser finds no files and everything passes.
    parser: "swc",
    tsPreCompilationDeps: true, // type imports count
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["troupe-source", "import", "node", "types", "default"],
      extensions: [".ts", ".js", ".json"],
    },
  },
};
