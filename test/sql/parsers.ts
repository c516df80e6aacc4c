import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createSqlParser, type SqlParser } from "../../server/src/sql/parser";
import type { GrammarVersion } from "../../server/src/sql/statement";
import { compileWasm, type PgQueryFactory, type WasmModule } from "../../server/src/sql/wasm";

const require = createRequire(import.meta.url);
const compiled = new Map<GrammarVersion, WasmModule>();
const shared = new Map<GrammarVersion, Promise<SqlParser>>();

/** The parser of a version, one for all tests of a file. */
export function testParser(version: GrammarVersion = 18): Promise<SqlParser> {
  let parser = shared.get(version);
  if (parser === undefined) {
    parser = freshParser(version);
    shared.set(version, parser);
  }
  return parser;
}

/** A parser of its own, for tests that break it. */
export function freshParser(version: GrammarVersion = 18, cacheLimit?: number): Promise<SqlParser> {
  const factory = require(`libpg-query-${version}/wasm/libpg-query.js`) as PgQueryFactory;
  return createSqlParser(factory, testModule(version), cacheLimit === undefined ? { version } : { version, cacheLimit });
}

export function testModule(version: GrammarVersion): WasmModule {
  let module = compiled.get(version);
  if (module === undefined) {
    module = compileWasm(readFileSync(require.resolve(`libpg-query-${version}/wasm/libpg-query.wasm`)));
    compiled.set(version, module);
  }
  return module;
}
