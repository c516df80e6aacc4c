// Postgres's grammars, one a version, loaded from disk when a project asks for it.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createSqlParser, type SqlParser } from "../sql/parser";
import { grammarVersions, type GrammarVersion } from "../sql/statement";
import { compileWasm, type PgQueryFactory } from "../sql/wasm";

/** Servers that are not proved on, but whose SQL the oldest grammar reads. */
export const oldestPostgresVersion = 13;

/** Which grammar stands in for a version that has none here; null where there is one. */
export function grammarNote(postgresVersion: number): string | null {
  const oldest = grammarVersions[0];
  const newest = grammarVersions.at(-1)!;
  if (postgresVersion > newest) return `Postgres ${postgresVersion} is newer than the newest grammar that Plumbline knows: SQL is read as that of ${newest}.`;
  return postgresVersion < oldest ? `Postgres ${postgresVersion} is older than the oldest grammar that Plumbline knows: SQL is read as that of ${oldest}.` : null;
}

const parsers = new Map<GrammarVersion, Promise<SqlParser>>();

/** The parser for a Postgres version; a version that is not known is read with the newest grammar, an older one with the oldest. */
export function parserFor(postgresVersion: number): Promise<SqlParser> {
  const newest = grammarVersions.at(-1)!;
  const version = grammarVersions.find((candidate) => candidate >= postgresVersion) ?? newest;
  let parser = parsers.get(version);
  if (!parser) {
    parser = load(version);
    parsers.set(version, parser);
  }
  return parser;
}

async function load(version: GrammarVersion): Promise<SqlParser> {
  const { glue, wasm } = locate(version);
  const require = createRequire(join(__dirname, "grammars.js"));
  const factory = require(glue) as PgQueryFactory;
  return createSqlParser(factory, compileWasm(await readFile(wasm)), { version });
}

/** Beside the bundle, or in the packages where the sources are run. */
function locate(version: GrammarVersion): { glue: string; wasm: string } {
  const bundled = join(__dirname, "grammar", `pg${version}.cjs`);
  if (existsSync(bundled)) return { glue: bundled, wasm: join(__dirname, "grammar", `pg${version}.wasm`) };
  const folder = join(__dirname, "..", "..", "..", "node_modules", `libpg-query-${version}`, "wasm");
  return { glue: join(folder, "libpg-query.js"), wasm: join(folder, "libpg-query.wasm") };
}
