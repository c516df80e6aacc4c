import { bodiesThatCall, bodiesThatName, bodiesThatNameColumn } from "../facts/bodies";
import { dependentsOfColumn, dependentsOfFunction, dependentsOfRelation, type Dependent } from "../facts/dependents";
import { dependentsOfExtension } from "../facts/extensions";
import { fateOfName, laterChanges } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Change, FunctionSignature, ObjectName, TableAction } from "../../schema/changes";
import type { Function, QualifiedName, Table } from "../../schema/model";
import { qualified } from "../../schema/view";
import type { Range } from "../../text/range";
import { display, enumerateSome } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    phone text
  );
  CREATE VIEW reachable AS SELECT id, email FROM users;
`;
const counted = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    phone text
  );
  CREATE FUNCTION count_phones() RETURNS bigint
    LANGUAGE sql STABLE SET search_path = '' AS $$ SELECT count(phone) FROM public.users $$;
`;
const recounted = sql`
  CREATE OR REPLACE FUNCTION count_phones() RETURNS bigint
    LANGUAGE sql STABLE SET search_path = '' AS $$ SELECT count(number) FROM public.phones $$;
`;

export default defineRule({
  id: "migration/breaks-dependents",
  summary: "A statement that Postgres refuses because other objects depend on what it drops or changes, or that breaks functions it does not track.",
  why:
    "Postgres knows which views, foreign keys, policies, triggers, generated columns and SQL-standard function bodies use an object. DROP without CASCADE is then refused (2BP01 dependent_objects_still_exist), and so is a change of a column's type (0A000 feature_not_supported): the deployment stops there. " +
    "A function whose body is a string (PL/pgSQL, and SQL in AS '...') is not tracked: DROP and RENAME go through, and its next call fails with 42P01, 42703 or 42883 " +
    "([Dependency Tracking](https://www.postgresql.org/docs/current/ddl-depend.html)).",
  whatToDo:
    "1. Expand: move each dependent over first. CREATE OR REPLACE a function so that its body does without the object; drop a policy, trigger or foreign key, or make it anew without it. " +
    "2. For a new type of a column that a view reads: in one transaction DROP VIEW, ALTER TABLE, CREATE VIEW, and its GRANTs again. " +
    "3. Contract: drop the object when nothing uses it. Leave CASCADE out: the refusal is the check that step 1 is complete.",
  whenNotToUse: "The dependents are dropped at run time by something that these files do not show.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:ddl-depend", "postgres:sql-altertable", "migrationpilot:MP052", "migrationpilot:MP071", "union:66"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users DROP COLUMN email;
      `,
      {
        title: "A column that a view reads",
        given: users,
        at: "email",
        message: "Dropping users.email fails (2BP01): view reachable depends on it. Drop or change what depends on it first, in this migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN email TYPE varchar(320);
      `,
      {
        title: "The type of such a column",
        given: users,
        at: "email",
        message: "Changing the type of users.email fails (0A000): view reachable uses it. Drop it before and create it again after, in one transaction.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP TABLE accounts;
      `,
      {
        title: "A table that others refer to",
        given: sql`
          CREATE TABLE accounts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE TABLE invoices (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            account_id bigint NOT NULL REFERENCES accounts
          );
          CREATE INDEX invoices_account_id_idx ON invoices (account_id);
          CREATE VIEW account_ids AS SELECT id FROM accounts;
        `,
        at: "accounts",
        message: "Dropping accounts fails (2BP01): foreign key invoices_account_id_fkey of invoices and view account_ids depend on it. Drop or change what depends on it first, in this migration.",
      },
    ),
    bad(`DROP FUNCTION set_updated_at();`, {
      title: "A function that triggers call",
      given: sql`
        CREATE TABLE posts (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          updated_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
        CREATE TRIGGER touch BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION set_updated_at();
      `,
      at: "set_updated_at",
      message: "Dropping set_updated_at fails (2BP01): trigger touch of posts depends on it. Drop or change what depends on it first, in this migration.",
    }),
    bad(`DROP EXTENSION pg_trgm;`, {
      title: "An extension whose operator class an index uses",
      given: sql`
        CREATE EXTENSION pg_trgm;
        CREATE TABLE articles (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          title text NOT NULL
        );
        CREATE INDEX articles_title_idx ON articles USING gin (title gin_trgm_ops);
      `,
      at: "pg_trgm",
      message: "Dropping extension pg_trgm fails (2BP01): index articles_title_idx depends on it. Drop or change what depends on it first, in this migration.",
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users DROP COLUMN phone;
      `,
      {
        title: "A column that a function's body names",
        given: counted,
        at: "phone",
        message: "Dropping users.phone breaks function count_phones: its body names it, which Postgres does not track, and its next call fails (42703). Replace it in this migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users RENAME COLUMN phone TO phone_number;
      `,
      {
        title: "In PL/pgSQL, which is read too",
        given: sql`
          CREATE TABLE users (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            phone text
          );
          CREATE FUNCTION phone_of(person bigint) RETURNS text LANGUAGE plpgsql STABLE SET search_path = '' AS $$
          DECLARE
            result text;
          BEGIN
            SELECT u.phone INTO result FROM public.users u WHERE u.id = person;
            RETURN result;
          END
          $$;
        `,
        at: "phone",
        message: "Renaming users.phone breaks function phone_of: its body names it, which Postgres does not track, and its next call fails (42703). Replace it in this migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users RENAME TO people;
      `,
      {
        title: "A rename: views follow, a function's body does not",
        given: counted,
        at: "users",
        message: "Renaming users breaks function count_phones: its body names it, which Postgres does not track, and its next call fails (42P01). Replace it in this migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ALTER COLUMN at TYPE timestamptz(3);
      `,
      {
        title: "A column of the partition key",
        given: sql`
          CREATE TABLE events (
            id bigint GENERATED ALWAYS AS IDENTITY,
            at timestamptz NOT NULL,
            PRIMARY KEY (id, at)
          ) PARTITION BY RANGE (at);
        `,
        at: "at",
        message: "Changing the type of events.at fails (42P16): the partition key holds it. Create a new partitioned table and move the rows there.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        DROP VIEW reachable;
        -- plumbline-ignore migration/drop-column: no release reads it
        ALTER TABLE users DROP COLUMN email;
        COMMIT;
      `,
      { title: "The view goes first", given: users },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        -- plumbline-ignore migration/drop-column: no release reads it
        ALTER TABLE users DROP COLUMN phone;
      `,
      { title: "The view reads other columns", given: users },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        -- plumbline-ignore migration/drop-column: no release reads it
        ALTER TABLE users DROP COLUMN phone;
        ${recounted.replaceAll("\n", "\n        ").trimEnd()}
        COMMIT;
      `,
      { title: "The function is replaced in the same migration", given: `${counted}CREATE TABLE phones (id bigint PRIMARY KEY, number text);\n` },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        -- plumbline-ignore migration/drop-table: no release reads it
        DROP TABLE visits;
        -- plumbline-ignore migration/drop-trigger: nothing counts visits any more
        DROP TRIGGER count_visits ON pages;
      `,
      {
        title: "The trigger that calls the function goes too",
        given: sql`
          CREATE TABLE pages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE TABLE visits (page_id bigint PRIMARY KEY);
          CREATE FUNCTION count_visits() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
          BEGIN
            INSERT INTO public.visits (page_id) VALUES (NEW.id);
            RETURN NULL;
          END
          $$;
          CREATE TRIGGER count_visits AFTER INSERT ON pages FOR EACH ROW EXECUTE FUNCTION count_visits();
        `,
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        -- plumbline-ignore migration/drop-column: no release reads it
        ALTER TABLE post_counts DROP COLUMN id;
      `,
      {
        title: "A trigger's function names another table's column",
        given: sql`
          CREATE TABLE posts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE TABLE post_counts (
            id bigint GENERATED ALWAYS AS IDENTITY,
            post_id bigint PRIMARY KEY REFERENCES posts,
            comments bigint NOT NULL DEFAULT 0
          );
          CREATE FUNCTION forget_counts() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
          BEGIN
            UPDATE public.post_counts c SET comments = 0 WHERE c.post_id = OLD.id;
            RETURN NULL;
          END
          $$;
          CREATE TRIGGER forget_counts AFTER DELETE ON posts FOR EACH ROW EXECUTE FUNCTION forget_counts();
        `,
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE users RENAME TO people;
        CREATE VIEW users WITH (security_invoker = true) AS SELECT * FROM people;
        COMMIT;
      `,
      { title: "The old name stays as a view", given: counted },
    ),
    good(`DROP FUNCTION IF EXISTS level_of();`, {
      title: "Of other arguments: it drops nothing",
      given: sql`
        CREATE FUNCTION level_of(path text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT length(path) $$;
        CREATE FUNCTION deep(path text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT level_of(path) > 9 $$;
      `,
    }),
    good(
      sql`
        CREATE TABLE drafts (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          body text
        );
        CREATE VIEW draft_ids AS SELECT id FROM drafts;
        ALTER TABLE drafts DROP COLUMN body;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (id int, x int)", "CREATE VIEW v AS SELECT x FROM t"], statement: "ALTER TABLE t DROP COLUMN x", fails: "2BP01" },
    { given: ["CREATE TABLE t (id int, x int)", "CREATE VIEW v AS SELECT id FROM t"], statement: "ALTER TABLE t DROP COLUMN x", locks: { t: "AccessExclusiveLock" } },
    { given: ["CREATE TABLE t (id int, x int)", "CREATE VIEW v AS SELECT id FROM t"], statement: "DROP TABLE t", fails: "2BP01" },
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES t)"], statement: "DROP TABLE t", fails: "2BP01" },
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES t)"], statement: "ALTER TABLE t DROP COLUMN id", fails: "2BP01" },
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES t)"], statement: "DROP TABLE u, t", locks: { t: "AccessExclusiveLock" } },
    { given: ["CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t)"], statement: "ALTER TABLE t DROP COLUMN id", fails: "2BP01" },
    { given: ["CREATE TABLE t (id int, x int)", "CREATE TABLE c () INHERITS (t)"], statement: "DROP TABLE t", fails: "2BP01" },
    { given: ["CREATE TABLE t (id int)", "CREATE TABLE u (x t)"], statement: "DROP TABLE t", fails: "2BP01" },
    { given: ["CREATE TABLE t (id int, x int, g int GENERATED ALWAYS AS (x * 2) STORED)"], statement: "ALTER TABLE t DROP COLUMN x", fails: "2BP01" },
    { given: ["CREATE TABLE t (x int, g int GENERATED ALWAYS AS (x * 2) STORED)"], statement: "ALTER TABLE t DROP COLUMN x, DROP COLUMN g", fails: "2BP01" },
    { given: ["CREATE TABLE t (x int, g int GENERATED ALWAYS AS (x * 2) STORED)"], statement: "ALTER TABLE t DROP COLUMN g, DROP COLUMN x", locks: { t: "AccessExclusiveLock" } },
    { given: ["CREATE TABLE t (id int, x int)", "CREATE POLICY p ON t USING (x > 0)"], statement: "ALTER TABLE t DROP COLUMN x", fails: "2BP01" },
    { given: ["CREATE TABLE m (x int)", "CREATE TABLE t (id int)", "CREATE POLICY p ON t USING (EXISTS (SELECT FROM m WHERE m.x = t.id))"], statement: "ALTER TABLE m DROP COLUMN x", fails: "2BP01" },
    { given: ["CREATE TABLE m (x int)", "CREATE TABLE t (id int)", "CREATE POLICY p ON t USING (EXISTS (SELECT FROM m WHERE m.x = t.id))"], statement: "DROP TABLE m", fails: "2BP01" },
    {
      given: ["CREATE TABLE t (id int, x int)", "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'", "CREATE TRIGGER g BEFORE UPDATE OF x ON t FOR EACH ROW EXECUTE FUNCTION f()"],
      statement: "ALTER TABLE t DROP COLUMN x",
      fails: "2BP01",
    },
    { given: ["CREATE TABLE t (id int, x int)", "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT count(x) FROM t; END"], statement: "ALTER TABLE t DROP COLUMN x", fails: "2BP01" },
    { given: ["CREATE TABLE t (x int)", "CREATE VIEW v AS SELECT x FROM t", "CREATE VIEW w AS SELECT x FROM v"], statement: "DROP VIEW v", fails: "2BP01" },
    { given: ["CREATE TABLE t (x int)", "CREATE VIEW v AS SELECT x FROM t", "CREATE VIEW w AS SELECT x FROM v"], statement: "DROP VIEW v, w", locks: { v: "AccessExclusiveLock" } },
    {
      given: ["CREATE TABLE t (x int)", "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'", "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()"],
      statement: "DROP FUNCTION f",
      fails: "2BP01",
    },
    { given: ["CREATE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1'", "CREATE TABLE t (x text)", "CREATE INDEX ON t (f(x))"], statement: "DROP FUNCTION f", fails: "2BP01" },
    { given: ["CREATE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1'", "CREATE TABLE t (x text CHECK (f(x) <> ''))"], statement: "DROP FUNCTION f", fails: "2BP01" },
    { given: ["CREATE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1'", "CREATE TABLE t (x text DEFAULT f('a'))"], statement: "DROP FUNCTION f", fails: "2BP01" },
    { given: ["CREATE EXTENSION citext", "CREATE TABLE t (x citext)"], statement: "DROP EXTENSION citext", fails: "2BP01" },
    { given: ["CREATE EXTENSION pg_trgm", "CREATE TABLE t (x text)", "CREATE INDEX ON t USING gin (x gin_trgm_ops)"], statement: "DROP EXTENSION pg_trgm", fails: "2BP01" },
    { given: ['CREATE EXTENSION "uuid-ossp"', "CREATE TABLE t (x uuid DEFAULT uuid_generate_v4())"], statement: 'DROP EXTENSION "uuid-ossp"', fails: "2BP01" },
    { given: ["CREATE TABLE t (id int, x int)", "CREATE VIEW v AS SELECT x FROM t"], statement: "ALTER TABLE t ALTER x TYPE bigint", fails: "0A000" },
    { given: ["CREATE TABLE t (id int, x varchar(10))", "CREATE VIEW v AS SELECT x FROM t"], statement: "ALTER TABLE t ALTER x TYPE varchar(20)", fails: "0A000" },
    { given: ["CREATE TABLE t (id int, x int)", "CREATE POLICY p ON t USING (x > 0)"], statement: "ALTER TABLE t ALTER x TYPE bigint", fails: "0A000" },
    { given: ["CREATE TABLE t (id int, x int, g int GENERATED ALWAYS AS (x * 2) STORED)"], statement: "ALTER TABLE t ALTER x TYPE bigint", fails: "0A000" },
    {
      given: ["CREATE TABLE t (id int, x int)", "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'", "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (old.x > 0) EXECUTE FUNCTION f()"],
      statement: "ALTER TABLE t ALTER x TYPE bigint",
      fails: "0A000",
    },
    { given: ["CREATE TABLE t (id int, x int)", "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT count(x) FROM t; END"], statement: "ALTER TABLE t ALTER x TYPE bigint", fails: "0A000" },
    { given: ["CREATE TABLE t (id int, x int) PARTITION BY RANGE (x)"], statement: "ALTER TABLE t ALTER x TYPE bigint", fails: "42P16" },
    { given: ["CREATE TABLE t (id int, x int) PARTITION BY RANGE (x)"], statement: "ALTER TABLE t DROP COLUMN x", fails: "42P16" },
    { given: ["CREATE TABLE t (x int)", "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(x) FROM t'", "ALTER TABLE t DROP COLUMN x"], statement: "SELECT f()", fails: "42703" },
    { given: ["CREATE TABLE t (x int)", "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(x) FROM t'", "ALTER TABLE t RENAME TO u"], statement: "SELECT f()", fails: "42P01" },
    { given: ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT f()'", "DROP FUNCTION f"], statement: "SELECT g()", fails: "42883" },
    {
      given: [
        "CREATE TABLE t (id int, x int)",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.x := 1; RETURN new; END'",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "ALTER TABLE t RENAME x TO y",
      ],
      statement: "INSERT INTO t VALUES (1, 1)",
      fails: "42703",
    },
  ],
  on: "statement",
  changes: ["drop", "alterTable", "rename", "renamePart", "setSchema"],
  check(context) {
    const { change } = context;
    switch (change.change) {
      case "drop":
        for (const name of change.names) dropped(context, change, name);
        return;
      case "alterTable":
        if (change.word === "table") change.actions.forEach((action, at) => altered(context, change.actions.slice(0, at), change.name, action));
        return;
      case "renamePart": {
        if (change.part !== "column" || change.word !== "table") return;
        const table = context.live(change.of)?.table;
        if (!table?.columns.some((column) => column.name === change.name.name && column.createdIn !== context.version.id)) return;
        brokenBodies(context, change.name.range, `Renaming ${display(table)}.${change.name.name}`, `${qualified(table)}.${change.name.name}`, bodiesThatNameColumn(context.before, table, change.name.name), "42703");
        return;
      }
      case "rename":
      case "setSchema": {
        if (change.kind !== "table" && change.kind !== "view" && change.kind !== "materialized view") return;
        const name = context.before.resolve(change.name);
        if (!isLive(context, name) || fateOfName(context, change.name) === "view") return;
        brokenBodies(context, change.name.range, `${change.change === "rename" ? "Renaming" : "Moving"} ${display(name)}`, qualified(name), bodiesThatName(context.before, name), "42P01");
        return;
      }
      default:
        return;
    }
  },
});

type Drop = Extract<Change, { change: "drop" }>;

function dropped(context: StatementContext, change: Drop, written: ObjectName): void {
  const { before } = context;
  switch (change.kind) {
    case "table":
    case "foreign table":
    case "view":
    case "materialized view": {
      const name = before.resolve(written);
      if (!isLive(context, name)) return;
      const together = change.names.map((each) => before.resolve(each));
      const blocking = change.cascade ? [] : dependentsOfRelation(before, name).filter((each) => !goesWith(context, each.of, together));
      if (refused(context, written.range, `Dropping ${display(name)}`, qualified(name), blocking) || fateOfName(context, written) !== null) return;
      brokenBodies(context, written.range, `Dropping ${display(name)}`, qualified(name), bodiesThatName(before, name), "42P01");
      return;
    }
    case "function":
    case "procedure":
    case "aggregate":
    case "routine": {
      const name = before.resolveFunction(written);
      const overloads = before.functions(name);
      if (overloads.length !== 1 || overloads[0]!.createdIn === context.version.id) return;
      // Of other arguments: nothing is dropped.
      const signature = (written as FunctionSignature).arguments ?? null;
      if (signature !== null && signature.join() !== overloads[0]!.arguments.join()) return;
      const together = change.names.map((each) => qualified(before.resolveFunction(each)));
      const blocking = change.cascade ? [] : dependentsOfFunction(before, name).filter((each) => each.kind !== "function" || !together.includes(qualified(each.of)));
      if (refused(context, written.range, `Dropping ${display(name)}`, qualified(name), blocking) || isMadeLater(context, name)) return;
      brokenBodies(context, written.range, `Dropping ${display(name)}`, qualified(name), bodiesThatCall(before, name).filter((each) => !together.includes(qualified(each))), "42883");
      return;
    }
    case "extension": {
      const { name } = written;
      if (!change.cascade && before.extension(name)?.createdIn !== context.version.id) refused(context, written.range, `Dropping extension ${name}`, name, dependentsOfExtension(before, name));
      return;
    }
    default:
      return;
  }
}

function altered(context: StatementContext, earlier: readonly TableAction[], written: ObjectName, action: TableAction): void {
  if (action.action !== "dropColumn" && action.action !== "setType") return;
  const table = context.live(written)?.table;
  const { name, range } = action.column;
  if (!table?.columns.some((column) => column.name === name && column.createdIn !== context.version.id)) return;
  const drops = action.action === "dropColumn";
  const what = drops ? `Dropping ${display(table)}.${name}` : `Changing the type of ${display(table)}.${name}`;
  const object = `${qualified(table)}.${name}`;
  if (table.partitionKey?.columns.includes(name) === true) {
    context.report({ at: range, object, message: `${what} fails (42P16): the partition key holds it. Create a new partitioned table and move the rows there.` });
    return;
  }
  const dependents = dependentsOfColumn(context.before, table, name).filter((each) => !goesBefore(earlier, table, each));
  if (!drops) {
    const using = dependents.filter((each) => each.kind !== "foreign key");
    if (using.length === 0) return;
    const [it, uses] = using.length === 1 ? ["it", "uses"] : ["them", "use"];
    context.report({ at: range, object, message: `${what} fails (0A000): ${enumerateSome(using.map(({ text }) => text))} ${uses} it. Drop ${it} before and create ${it} again after, in one transaction.` });
    return;
  }
  if (!action.cascade && refused(context, range, what, object, dependents)) return;
  brokenBodies(context, range, what, object, bodiesThatNameColumn(context.before, table, name), "42703");
}

/** Dropped by an action before this one, in the same statement. */
function goesBefore(earlier: readonly TableAction[], table: Table, { kind, of, part }: Dependent): boolean {
  if (qualified(of) !== qualified(table)) return false;
  return earlier.some((action) => (kind === "column" && action.action === "dropColumn" && action.column.name === part) || (kind === "foreign key" && action.action === "dropConstraint" && action.constraint.name === part));
}

function refused(context: StatementContext, at: Range, what: string, object: string, blocking: readonly Dependent[]): boolean {
  if (blocking.length === 0) return false;
  const depend = new Set(blocking.map(({ text }) => text)).size === 1 ? "depends" : "depend";
  context.report({ at, object, message: `${what} fails (2BP01): ${enumerateSome(blocking.map(({ text }) => text))} ${depend} on it. Drop or change what depends on it first, in this migration.` });
  return true;
}

function brokenBodies(context: StatementContext, at: Range, what: string, object: string, routines: readonly Function[], code: string): void {
  const broken = routines.filter((routine) => !isMadeLater(context, routine) && !losesTriggers(context, routine));
  if (broken.length === 0) return;
  const names = enumerateSome(broken.map((routine) => `${routine.kind} ${display(routine)}`));
  const many = new Set(broken.map(qualified)).size > 1;
  context.report({
    at,
    object,
    message: many
      ? `${what} breaks ${names}: their bodies name it, which Postgres does not track, and their next calls fail (${code}). Replace them in this migration.`
      : `${what} breaks ${names}: its body names it, which Postgres does not track, and its next call fails (${code}). Replace it in this migration.`,
  });
}

/** The triggers that call it go in this version. */
function losesTriggers(context: StatementContext, routine: QualifiedName): boolean {
  const triggers = dependentsOfFunction(context.before, routine).filter(({ kind }) => kind === "trigger");
  const goes = ({ of, part }: Dependent): boolean =>
    laterChanges(context).some((change) => change.change === "drop" && change.kind === "trigger" && change.table !== null && qualified(context.before.resolve(change.table)) === qualified(of) && change.names.some(({ name }) => name === part));
  return triggers.length > 0 && triggers.every(goes);
}

function isLive(context: StatementContext, name: QualifiedName): boolean {
  const view = context.before.view(name);
  return view ? view.createdIn !== context.version.id : context.live(name)?.table != null;
}

/** One of the dropped relations, or a partition of one. */
function goesWith(context: StatementContext, of: QualifiedName, dropped: readonly QualifiedName[]): boolean {
  for (let name: QualifiedName | null = of; name; name = context.before.table(name)?.partitionOf ?? null) {
    const own = qualified(name);
    if (dropped.some((each) => qualified(each) === own)) return true;
  }
  return false;
}

/** The version creates, replaces or drops the function after this statement. */
function isMadeLater(context: StatementContext, name: QualifiedName): boolean {
  const means = (other: Pick<ObjectName, "schema" | "name">): boolean => qualified(context.before.resolveFunction(other)) === qualified(name);
  return laterChanges(context).some((change) => {
    if (change.change === "createFunction") return means(change.name);
    return change.change === "drop" && (change.kind === "function" || change.kind === "procedure" || change.kind === "routine") && change.names.some(means);
  });
}
