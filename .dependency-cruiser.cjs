// The directions of imports (docs/architecture.md). `npm run lint` and test/architecture.test.ts run it.
const pure = "^server/src/(text|sql|drizzle|schema|locks|policies|rules|lint|explain|report)/";
const order = ["text", "sql", "schema", "drizzle", "locks", "policies", "rules", "explain", "lint", "project", "(lsp|report)"];

/** A layer may import itself and what stands before it. */
const upward = order.slice(0, -1).map((layer, i) => ({
  name: `${layer}-imports-no-later-layer`,
  severity: "error",
  from: { path: `^server/src/${layer}/` },
  to: { path: `^server/src/(${order.slice(i + 1).join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...upward,
    { name: "no-circular", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    { name: "pure-core-does-no-io", severity: "error", from: { path: pure }, to: { dependencyTypes: ["core"] } },
    { name: "pure-core-knows-no-editor", severity: "error", from: { path: pure }, to: { path: "node_modules/(vscode|vscode-languageserver|vscode-languageclient|vscode-uri)" } },
    { name: "only-lsp-knows-lsp", severity: "error", from: { path: "^server/src/(?!lsp/|main.ts)" }, to: { path: "node_modules/vscode-languageserver" } },
    // Connections are made on request: by the command line, and by the editor's own commands.
    { name: "database-is-used-by-cli-and-lsp", severity: "error", from: { path: "^server/src/(?!database/|cli/|lsp/)" }, to: { path: "^server/src/database/" } },
    { name: "database-imports-only-the-core", severity: "error", from: { path: "^server/src/database/" }, to: { path: "^server/src/(?!database/|text/|sql/|schema/|explain/)" } },
    { name: "only-database-talks-to-postgres", severity: "error", from: { path: "^server/src/(?!database/)" }, to: { path: "node_modules/(pg|@electric-sql)/" } },
    { name: "report-is-not-imported-by-lsp", severity: "error", from: { path: "^server/src/lsp/" }, to: { path: "^server/src/report/" } },
    { name: "client-shares-types-only", severity: "error", from: { path: "^client/" }, to: { path: "^server/src/(?!protocol)" } },
    { name: "server-knows-no-client", severity: "error", from: { path: "^server/" }, to: { path: "^client/" } },
    { name: "product-imports-no-test", severity: "error", from: { path: "^(client|server)/" }, to: { path: "^test/" } },
  ],
  options: { tsConfig: { fileName: "tsconfig.json" }, tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" } },
};
