import { bad, defineRule, good, sql } from "../rule";
import { qualified } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import { display, written } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email)
  );
  CREATE INDEX users_email_lower_idx ON users (lower(email));
`;

export default defineRule({
  id: "migration/drop-index-of-constraint",
  summary: "DROP INDEX of an index that belongs to a constraint fails.",
  why:
    "A primary key, a UNIQUE and an EXCLUDE constraint own their index, under the constraint's name. DROP INDEX is refused with 2BP01 (dependent_objects_still_exist), with CONCURRENTLY and with CASCADE as well: the deployment stops there ([DROP INDEX](https://www.postgresql.org/docs/current/sql-dropindex.html)).",
  whatToDo:
    "Drop the constraint: ALTER TABLE ... DROP CONSTRAINT takes the index with it. To change the index but keep the constraint, build the new unique index CONCURRENTLY, and swap it in with one statement: ALTER TABLE ... DROP CONSTRAINT old, ADD CONSTRAINT old UNIQUE USING INDEX new.",
  whenNotToUse: "Leave it on: the statement fails wherever the constraint is there.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:sql-dropindex", "migrationpilot:MP097", "union:59"],
  examples: [
    bad(`DROP INDEX CONCURRENTLY users_email_key;`, {
      title: "Of a unique constraint",
      given: users,
      at: "users_email_key",
      message: "Dropping index users_email_key fails (2BP01): unique constraint users_email_key of users needs it. Drop the constraint, which takes it along: ALTER TABLE users DROP CONSTRAINT users_email_key.",
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP INDEX users_pkey CASCADE;
      `,
      {
        title: "Of a primary key; CASCADE does not help",
        given: users,
        at: "users_pkey",
        message: "Dropping index users_pkey fails (2BP01): primary key users_pkey of users needs it. Drop the constraint, which takes it along: ALTER TABLE users DROP CONSTRAINT users_pkey.",
      },
    ),
    good(`DROP INDEX CONCURRENTLY users_email_lower_idx;`, { title: "An index of its own", given: users }),
    good(
      sql`
        SET lock_timeout = '5s';
        -- plumbline-ignore migration/drop-constraint: addresses may repeat from release 12 on
        ALTER TABLE users DROP CONSTRAINT users_email_key;
      `,
      { title: "The constraint, with its index", given: users },
    ),
    good(
      sql`
        CREATE TABLE codes (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          code text NOT NULL
        );
        CREATE INDEX codes_code_idx ON codes (code);
        DROP INDEX codes_code_idx;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (x int UNIQUE)"], statement: "DROP INDEX t_x_key", fails: "2BP01" },
    { given: ["CREATE TABLE t (x int UNIQUE)"], statement: "DROP INDEX CONCURRENTLY t_x_key", fails: "2BP01" },
    { given: ["CREATE TABLE t (x int UNIQUE)"], statement: "DROP INDEX t_x_key CASCADE", fails: "2BP01" },
    { given: ["CREATE TABLE t (x int PRIMARY KEY)"], statement: "DROP INDEX t_pkey", fails: "2BP01" },
    { given: ["CREATE TABLE t (x int, EXCLUDE USING btree (x WITH =))"], statement: "DROP INDEX t_x_excl", fails: "2BP01" },
    { given: ["CREATE TABLE t (x int UNIQUE)"], statement: "ALTER TABLE t DROP CONSTRAINT t_x_key", locks: { t: "AccessExclusiveLock" } },
    { given: ["CREATE TABLE t (x int UNIQUE)", "CREATE UNIQUE INDEX i ON t (x)"], statement: "ALTER TABLE t DROP CONSTRAINT t_x_key, ADD CONSTRAINT t_x_key UNIQUE USING INDEX i", locks: { t: "AccessExclusiveLock" }, scans: [] },
  ],
  on: "statement",
  changes: ["drop"],
  check(context) {
    const { change, before } = context;
    if (change.change !== "drop" || change.kind !== "index") return;
    for (const name of change.names) {
      const index = before.relation(before.resolve(name));
      if (index?.kind !== "index" || !index.constraint || context.live(index.table) === null) continue;
      const kind = before.table(index.table)?.constraints.find((each) => each.name === index.name)?.kind;
      const constraint = kind === "unique" ? "unique constraint" : kind === "exclude" ? "EXCLUDE constraint" : (kind ?? "constraint");
      context.report({
        at: name.range,
        object: qualified(index),
        message: `Dropping index ${display(index)} fails (2BP01): ${constraint} ${index.name} of ${display(index.table)} needs it. Drop the constraint, which takes it along: ALTER TABLE ${written(index.table)} DROP CONSTRAINT ${quoteIdentifier(index.name)}.`,
      });
    }
  },
});
