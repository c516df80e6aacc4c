const signs: readonly (readonly [sign: RegExp, database: string])[] = [
  [/^\|? *id *\| *select_type *\|/m, "MySQL or MariaDB"],
  [/^[ \t]*-> [^\n]*\(cost=[\d.]+ rows=[\d.e+]+\)/m, "MySQL"],
  [/^Plan hash value: \d+/m, "Oracle"],
  [/^\|[-`]{2}(?:SCAN|SEARCH|USE TEMP B-TREE)\b/m, "SQLite"],
  [/^[ \t]*(?:•|└──) \w+|^distribution: (?:local|full)$/m, "CockroachDB"],
  [/┌─+┐\s*\n│.*(?:PHYSICAL|LOGICAL)|│\s*(?:SEQ_SCAN|HASH_GROUP_BY|PROJECTION)\b/, "DuckDB"],
  [/^[ \t]*\|--[^\n]*\(OBJECT:\(\[/m, "SQL Server"],
];

/** A sentence that says whose plan this is, if it is not Postgres's and is known. */
export function otherDatabase(text: string): string | null {
  const found = signs.find(([sign]) => sign.test(text.slice(0, 100_000)));
  return found === undefined ? null : `This is a plan of ${found[1]}. Plumbline reads those of Postgres.`;
}
