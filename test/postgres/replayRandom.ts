// One random history: made and run statement by statement, printed by Plumbline, and compared.

import { schemaSql } from "../../server/src/schema/print/sql";
import type { Version } from "../../server/src/schema/history";
import { Timeline } from "../../server/src/schema/timeline";
import { SqlDocument } from "../../server/src/sql/document";
import type { SqlParser } from "../../server/src/sql/parser";
import type { Statement } from "../../server/src/sql/statement";
import { compareCatalogs, readCatalog } from "./catalog";
import { catalogOf, withoutExcluded } from "./replay";
import { Generator, Random } from "./replayGenerator";
import { asSqlError } from "./runSql";
import { withDatabase, type Server } from "./server";

export interface RandomHistory {
  /** The statements that the server took. */
  readonly statements: readonly string[];
  readonly rejected: number;
  readonly differences: readonly string[];
  /** What the replay did not find fitting, though the server took it. */
  readonly problems: readonly string[];
  readonly sql: string;
}

const perVersion = 10;

export async function randomHistory(server: Server, parser: SqlParser, seed: number): Promise<RandomHistory> {
  const random = new Random(seed);
  const length = 30 + random.below(31);
  const generator = new Generator(random);
  const attempts = function* (view: () => Parameters<Generator["statement"]>[0], taken: () => number): Iterable<string> {
    for (let i = 0; taken() < length && i < 4 * length; i++) yield generator.statement(view());
  };
  return runAndCompare(server, parser, attempts);
}

/** The same for given statements. */
export function givenHistory(server: Server, parser: SqlParser, statements: readonly string[]): Promise<RandomHistory> {
  return runAndCompare(server, parser, () => statements);
}

async function runAndCompare(
  server: Server,
  parser: SqlParser,
  attempts: (view: () => Parameters<Generator["statement"]>[0], taken: () => number) => Iterable<string>,
): Promise<RandomHistory> {
  const timeline = new Timeline();
  const taken: Statement[] = [];
  let rejected = 0;
  const view = (): ReturnType<Timeline["view"]> => {
    timeline.setVersions(versionsOf(taken));
    timeline.moveTo(timeline.length);
    return timeline.view();
  };
  const catalog = await withDatabase(server, async (client) => {
    for (const text of attempts(view, () => taken.length)) {
      try {
        // A version has a session of its own.
        if (taken.length % perVersion === 0) await client.query("reset all");
        await client.query(text);
      } catch (error) {
        if (asSqlError(error, text) === null) throw error;
        rejected++;
        continue;
      }
      taken.push(...new SqlDocument(`${taken.length}.sql`, text, parser).statements);
    }
    return readCatalog(client);
  });
  const sql = schemaSql(view());
  const statements = taken.map((statement) => statement.parsed.text);
  const problems = timeline.problems().map(({ message }) => message);
  try {
    return { statements, rejected, differences: withoutExcluded(compareCatalogs(catalog, await catalogOf(server, sql))), problems, sql };
  } catch (error) {
    return { statements, rejected, differences: [error instanceof Error ? error.message : String(error)], problems, sql };
  }
}

function versionsOf(statements: readonly Statement[]): Version[] {
  const versions: Version[] = [];
  for (let i = 0; i < statements.length; i += perVersion) {
    versions.push({
      id: String(i / perVersion),
      tool: "plain",
      transaction: { wraps: "nothing", implicit: false, wayOut: { way: "none needed" }, disabled: false },
      released: false,
      files: [`${i}.sql`],
      statements: statements.slice(i, i + perVersion),
      down: null,
      harmless: false,
      repeatable: false,
    });
  }
  return versions;
}
