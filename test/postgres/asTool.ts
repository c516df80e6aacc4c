// How each migration tool sends a file to the server: written from the tools' own behaviour, not taken from Plumbline's model of it.

import type { Client } from "pg";
import type { ToolId } from "../../server/src/schema/history";
import { splitStatements } from "../../server/src/sql/splitter";
import { runSql } from "./runSql";

const downMarker = /^-- (?:\+goose Down|migrate:down|Down Migration).*$/m;

/** Runs the way up of a file. `metadata` is the text of the metadata.toml that diesel reads beside it. */
export async function runAsTool(client: Client, tool: ToolId, file: string, metadata = ""): Promise<void> {
  const text = file.split(downMarker)[0]!;
  switch (tool) {
    case "plain":
    case "single":
      return runSql(client, statementsOf(text));
    case "prisma":
    case "golang-migrate":
      return runSql(client, text);
    case "dbmate":
      return /^-- migrate:\w+.*\btransaction:false/m.test(text) ? runSql(client, text) : runSql(client, statementsOf(text), { transaction: true });
    case "sqlx":
      return text.startsWith("-- no-transaction") ? runSql(client, text) : runSql(client, statementsOf(text), { transaction: true });
    case "diesel":
      return metadata.includes("run_in_transaction = false") ? runSql(client, text) : runSql(client, statementsOf(text), { transaction: true });
    case "liquibase":
      for (const changeset of text.split(/^(?=--changeset )/m)) {
        const statements = changeset.includes("splitStatements:false") ? [changeset] : cutAtSemicolons(changeset);
        await runSql(client, statements, { transaction: !changeset.includes("runInTransaction:false") });
      }
      return;
    case "goose":
      return runSql(client, gooseStatements(text), { transaction: !/^-- \+goose NO TRANSACTION/m.test(text) });
    case "flyway":
    case "supabase": {
      // They step out of their transaction where a file holds nothing that needs one.
      const statements = statementsOf(text);
      return runSql(client, statements, { transaction: !(statements.length === 1 && /\bCONCURRENTLY\b|^VACUUM\b|^ALTER SYSTEM\b|^CREATE (?:DATABASE|TABLESPACE)\b/i.test(statements[0]!)) });
    }
    default:
      return runSql(client, statementsOf(text), { transaction: true });
  }
}

function statementsOf(text: string): readonly string[] {
  return splitStatements(text)
    .filter((chunk) => chunk.kind === "statement")
    .map((chunk) => text.slice(chunk.first, chunk.last));
}

const isEmpty = (statement: string): boolean => statementsOf(statement).length === 0;

function cutAtSemicolons(text: string): readonly string[] {
  return text.split(";").filter((statement) => !isEmpty(statement));
}

/** A statement ends at a line that ends with `;`, or at the marker if one has begun it. */
function gooseStatements(text: string): readonly string[] {
  const statements: string[] = [];
  let lines: string[] = [];
  let bracketed = false;
  for (const line of text.split(/\r?\n/)) {
    const marker = /^-- \+goose (\w+)/.exec(line)?.[1];
    if (marker === "StatementBegin") bracketed = true;
    if (marker !== undefined && marker !== "StatementEnd") continue;
    if (marker === undefined) lines.push(line);
    if (marker === undefined && (bracketed || !/;\s*(?:--.*)?$/.test(line))) continue;
    bracketed = false;
    statements.push(lines.join("\n"));
    lines = [];
  }
  return [...statements, lines.join("\n")].filter((statement) => !isEmpty(statement));
}
