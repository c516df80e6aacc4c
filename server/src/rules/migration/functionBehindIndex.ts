import { usesOfFunction, type Dependent } from "../facts/dependents";
import { laterChanges } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Change } from "../../schema/changes";
import type { Function, QualifiedName } from "../../schema/model";
import { qualified } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import { display, enumerate, enumerateSome } from "../wording";

const posts = sql`
  CREATE FUNCTION slug(title text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT lower(title) $$;
  CREATE TABLE posts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL
  );
  CREATE INDEX posts_slug_idx ON posts (slug(title));
`;
const pages = sql`
  CREATE FUNCTION is_path(path text) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT path LIKE '/%' $$;
  CREATE FUNCTION stem(path text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT lower(path) $$;
  CREATE TABLE pages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    path text NOT NULL,
    stem text GENERATED ALWAYS AS (stem(path)) STORED,
    CONSTRAINT pages_path_check CHECK (is_path(path))
  );
`;

export default defineRule({
  id: "migration/function-behind-index",
  summary: "Changing a function that an index, a generated column or a CHECK calls leaves what it computed before.",
  why:
    "An index on an expression, an index's predicate and a stored generated column hold what the function gave when each row was written; IMMUTABLE promised that this stays right. CREATE OR REPLACE FUNCTION computes nothing again: the index then has entries that no longer match, and a query that uses it misses rows or finds wrong ones, while one that reads the table does not. " +
    "A CHECK is not checked again either: rows that the new body refuses stay, fail at their next UPDATE (23514), and stop the restore of a dump. A function that is no longer IMMUTABLE cannot be indexed at all (42P17): such a dump fails to restore as well " +
    "([CREATE INDEX](https://www.postgresql.org/docs/current/sql-createindex.html), [Function Volatility](https://www.postgresql.org/docs/current/xfunc-volatility.html)).",
  whatToDo:
    "Expand: 1. create a function of another name with the new body; 2. CREATE INDEX CONCURRENTLY on it, or add a new generated column or a CHECK NOT VALID; 3. let the queries use the new one. Contract: 4. drop the old index, column or CHECK, then the old function. " +
    "Where the function was replaced in place: REINDEX INDEX CONCURRENTLY for each index; UPDATE the rows of a generated column in batches, so that it is computed again; add the CHECK anew NOT VALID, validate it, and drop the old one.",
  whenNotToUse: "The new body gives the same result for every value that is stored.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["postgres:sql-createindex", "postgres:xfunc-volatility", "union:84"],
  examples: [
    bad(
      sql`
        CREATE OR REPLACE FUNCTION slug(title text) RETURNS text
          LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT replace(lower(title), ' ', '-') $$;
      `,
      {
        title: "An index on the function's result",
        given: posts,
        at: "slug",
        message: "Replacing function slug leaves index posts_slug_idx as the old body computed it, and queries that use it miss rows. Build it anew in the next step: REINDEX INDEX CONCURRENTLY posts_slug_idx.",
      },
    ),
    bad(
      sql`
        CREATE OR REPLACE FUNCTION stem(path text) RETURNS text
          LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT upper(path) $$;
      `,
      {
        title: "A generated column",
        given: pages,
        at: "stem",
        message: "Replacing function stem leaves generated column pages.stem as the old body computed it. UPDATE the rows in batches, which computes it again.",
      },
    ),
    bad(
      sql`
        CREATE OR REPLACE FUNCTION is_path(path text) RETURNS boolean
          LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT path LIKE '/%' AND path NOT LIKE '% %' $$;
      `,
      {
        title: "A CHECK",
        given: pages,
        at: "is_path",
        message: "Replacing function is_path does not check the rows behind CHECK pages_path_check of pages again: those that the new body refuses fail at their next UPDATE (23514). Add the CHECK anew NOT VALID and validate it.",
      },
    ),
    bad(`ALTER FUNCTION slug(text) STABLE;`, {
      title: "No longer IMMUTABLE",
      given: posts,
      at: "slug",
      message: "Function slug is no longer IMMUTABLE, which index posts_slug_idx needs: a dump of the database does not restore (42P17), and its entries may be wrong. Index a function that is, and drop the old index first.",
    }),
    good(
      sql`
        CREATE FUNCTION slug_dashed(title text) RETURNS text
          LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT replace(lower(title), ' ', '-') $$;
        CREATE INDEX CONCURRENTLY posts_slug_dashed_idx ON posts (slug_dashed(title));
      `,
      { title: "A new function beside it, and an index on that", given: posts },
    ),
    good(
      sql`
        CREATE OR REPLACE FUNCTION slug(title text) RETURNS text
          LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT replace(lower(title), ' ', '-') $$;
        REINDEX INDEX CONCURRENTLY posts_slug_idx;
      `,
      { title: "The index is built anew right after", given: posts },
    ),
    good(
      sql`
        CREATE OR REPLACE FUNCTION slug(title text) RETURNS text
          LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT lower(title) $$;
      `,
      { title: "The same body", given: posts },
    ),
    good(`ALTER FUNCTION slug(text) PARALLEL SAFE;`, { title: "What it computes stays", given: posts }),
    good(
      sql`
        CREATE FUNCTION initial(name text) RETURNS text
          LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT left(name, 1) $$;
        CREATE TABLE people (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          name text NOT NULL
        );
        CREATE INDEX people_initial_idx ON people (initial(name));
        CREATE OR REPLACE FUNCTION initial(name text) RETURNS text
          LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT upper(left(name, 1)) $$;
      `,
      { title: "Function and index are new in this migration" },
    ),
  ],
  proof: [
    {
      given: [
        "CREATE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN lower($1); END'",
        "CREATE TABLE t (x text)",
        "INSERT INTO t VALUES ('A')",
        "CREATE INDEX i ON t (f(x))",
        "CREATE OR REPLACE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN upper($1); END'",
        "SET enable_seqscan = off",
      ],
      statement: "SELECT 1 / (SELECT count(*) FROM t WHERE f(x) = 'A')",
      fails: "22012",
    },
    {
      given: [
        "CREATE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN lower($1); END'",
        "CREATE TABLE t (x text, y text GENERATED ALWAYS AS (f(x)) STORED)",
        "INSERT INTO t VALUES ('A')",
        "CREATE OR REPLACE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN upper($1); END'",
      ],
      statement: "SELECT 1 / (SELECT count(*) FROM t WHERE y = f(x))",
      fails: "22012",
    },
    {
      given: [
        "CREATE FUNCTION f(text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1 <> ''''; END'",
        "CREATE TABLE t (x text CHECK (f(x)))",
        "INSERT INTO t VALUES ('a')",
        "CREATE OR REPLACE FUNCTION f(text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1 = ''b''; END'",
      ],
      statement: "UPDATE t SET x = x",
      fails: "23514",
    },
    { given: ["CREATE FUNCTION f(text) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN lower($1); END'", "CREATE TABLE t (x text)"], statement: "CREATE INDEX i ON t (f(x))", fails: "42P17" },
    { given: ["CREATE FUNCTION f(text) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN lower($1); END'"], statement: "CREATE TABLE t (x text, y text GENERATED ALWAYS AS (f(x)) STORED)", fails: "42P17" },
    {
      given: ["CREATE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN lower($1); END'", "CREATE TABLE t (x text)", "INSERT INTO t VALUES ('A')", "CREATE INDEX i ON t (f(x))"],
      statement: "CREATE OR REPLACE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN upper($1); END'",
      scans: [],
      rewrites: [],
    },
  ],
  on: "statement",
  changes: ["createFunction", "alterFunction"],
  check(context) {
    const { change, before, version } = context;
    if ((change.change !== "createFunction" || !change.replace) && change.change !== "alterFunction") return;
    const name = before.resolveFunction(change.name);
    const [routine, ...overloads] = before.functions(name);
    // Of several with one name, none is certain to be meant.
    if (routine === undefined || overloads.length > 0 || routine.createdIn === version.id) return;
    if (change.change === "createFunction" && (change.arguments.join() !== routine.arguments.join() || isSame(routine, change))) return;
    const users = before.usersOf(name).flatMap((user) => usesOfFunction(user, name)).filter((use) => holdsResults(context, use));
    const message = messageOf(change, routine, users.filter((use) => !isMadeAnew(context, use)));
    if (message !== null) context.report({ at: change.name.range, object: qualified(name), message });
  },
});

type FunctionChange = Extract<Change, { change: "createFunction" | "alterFunction" }>;

function isSame(routine: Function, { definition }: Extract<Change, { change: "createFunction" }>): boolean {
  const plain = (text: string): string => text.replace(/^create(?:\s+or\s+replace)?\b/i, "").replace(/\s+/g, " ").trim();
  return plain(routine.definition.text) === plain(definition.text);
}

/** Not a view, a default or a trigger: those call the function each time. */
function holdsResults({ before }: StatementContext, { kind, of, part }: Dependent): boolean {
  if (kind === "index" || kind === "check") return true;
  return kind === "column" && before.table(of)?.columns.find((column) => column.name === part)?.generated?.stored === true;
}

/** A later statement of the version builds the index again, or drops it. */
function isMadeAnew(context: StatementContext, { kind, of, part }: Dependent): boolean {
  const named = (name: Pick<QualifiedName, "name">): boolean => name.name === part || name.name === of.name;
  return laterChanges(context).some((change) => {
    if (change.change === "reindex") return kind === "index" && (named(change.target) || change.word === "schema" || change.word === "database");
    if (change.change === "drop") return kind === "index" && change.kind === "index" && change.names.some(named);
    if (change.change === "alterTable") return kind === "check" && change.actions.some((action) => action.action === "dropConstraint" && action.constraint.name === part);
    return change.change === "write" && change.command === "update" && kind === "column" && change.tables.some((table) => table.name === of.name);
  });
}

function messageOf(change: FunctionChange, routine: Function, uses: readonly Dependent[]): string | null {
  if (uses.length === 0) return null;
  const name = display(routine);
  const stored = uses.filter(({ kind }) => kind !== "check");
  const loosened = routine.volatility === "immutable" && (change.volatility === "stable" || change.volatility === "volatile");
  if (loosened && stored.length > 0) {
    return `Function ${name} is no longer IMMUTABLE, which ${enumerateSome(stored.map(({ text }) => text))} ${stored.length === 1 ? "needs" : "need"}: a dump of the database does not restore (42P17), and its entries may be wrong. Index a function that is, and drop the old index first.`;
  }
  if (change.change === "alterFunction") return null;
  if (stored.length === 0) {
    return `Replacing function ${name} does not check the rows behind ${enumerateSome(uses.map(({ text }) => text))} again: those that the new body refuses fail at their next UPDATE (23514). Add the CHECK anew NOT VALID and validate it.`;
  }
  const indexes = stored.filter(({ kind }) => kind === "index");
  const them = stored.length === 1 ? "it" : "them";
  const harm = `Replacing function ${name} leaves ${enumerateSome(stored.map(({ text }) => text))} as the old body computed ${them}`;
  const again = indexes.map(({ of, part }) => `REINDEX INDEX CONCURRENTLY ${of.schema === "public" ? "" : `${quoteIdentifier(of.schema)}.`}${quoteIdentifier(part ?? "")}`);
  if (indexes.length === 0) return `${harm}. UPDATE the rows in batches, which computes ${them} again.`;
  const update = indexes.length < stored.length ? ", and UPDATE the rows in batches" : "";
  return `${harm}, and queries that use ${indexes.length === 1 ? "it" : "them"} miss rows. Build ${indexes.length === 1 ? "it" : "them"} anew in the next step: ${enumerate(again)}${update}.`;
}
