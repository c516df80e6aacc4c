import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import { findKeywords, isKeyword, keywordRange } from "../../sql/ranges";
import type { ParsedStatement } from "../../sql/statement";
import type { Range } from "../../text/range";

const mayCreate = "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO pg_monitor', current_database()); GRANT CREATE ON SCHEMA public TO pg_monitor; END $$";
const asOther = (statement: string): string => `SET ROLE pg_monitor; ${statement}`;

export default defineRule({
  id: "migration/superuser-required",
  summary: "A statement that only a superuser may run.",
  why:
    "Migrations run best as the role that owns the tables and is no superuser, and hosted databases give no superuser at all. There the statement fails with 42501 (insufficient_privilege), often only in production, since the development server's role may do everything. " +
    "An extension that is marked as trusted may be created by whoever may create objects in the database ([extensions](https://www.postgresql.org/docs/current/extend-extensions.html#EXTEND-EXTENSIONS-FILES-TRUSTED)); dblink, postgres_fdw and pg_stat_statements are not.",
  whatToDo: "Have an administrator run it where the database is set up. Where the migration keeps the statement, write IF NOT EXISTS: then it finds the extension there, and needs no rights.",
  whenNotToUse: "Migrations run as a superuser everywhere, or the provider lets its own role do it.",
  severity: { recommended: "info", strict: "warning" },
  fix: null,
  sources: ["postgres:sql-createextension", "postgres:extend-extensions", "diesel-guard:create-extension", "migrationpilot:MP073", "migrationpilot:MP078", "union:110"],
  examples: [
    bad(`CREATE EXTENSION dblink;`, {
      title: "An extension that is not trusted",
      at: "dblink",
      message: "CREATE EXTENSION dblink needs a superuser, as the extension is not trusted: run by another role it fails with 42501 (insufficient_privilege). Create it where the database is set up.",
    }),
    bad(`COPY (SELECT 1) TO PROGRAM 'gzip > /tmp/one.gz';`, {
      title: "A program on the server",
      at: "PROGRAM",
      message: "COPY with PROGRAM needs a superuser or the role pg_execute_server_program: run by another role it fails with 42501 (insufficient_privilege). Run it apart from the migrations.",
    }),
    bad(`ALTER SYSTEM SET work_mem = '8MB';`, {
      title: "The server's own settings",
      at: "ALTER SYSTEM",
      message: "ALTER SYSTEM needs a superuser: run by another role it fails with 42501 (insufficient_privilege). Run it apart from the migrations.",
    }),
    bad(
      sql`
        CREATE FUNCTION add_one(integer) RETURNS integer LANGUAGE c AS 'my_library', 'add_one';
      `,
      {
        title: "A function of a language that is not trusted",
        at: "add_one",
        message: "CREATE FUNCTION ... LANGUAGE c needs a superuser: run by another role it fails with 42501 (insufficient_privilege). Run it apart from the migrations.",
      },
    ),
    bad(`CREATE EXTENSION IF NOT EXISTS citext;`, {
      title: "Without a version, where the option asks for one",
      at: "citext",
      message: "CREATE EXTENSION citext takes the version that the server has as its default: two databases with the same migrations may have different ones. Write VERSION.",
      options: { "migration/superuser-required": ["info", { requireExtensionVersion: true }] },
    }),
    good(`CREATE EXTENSION IF NOT EXISTS citext;`, { title: "A trusted extension" }),
    good(`CREATE EXTENSION IF NOT EXISTS dblink;`, { title: "The history has it already", given: `CREATE EXTENSION dblink;\n` }),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text);
        COPY notes (body) FROM stdin;
      `,
      { title: "Rows that the client sends, into a table that is new in this migration" },
    ),
    good(`CREATE EXTENSION IF NOT EXISTS pg_stat_statements;`, { title: "A provider whose own role may create extensions", platform: "supabase" }),
  ],
  proof: [
    { given: [mayCreate], statement: asOther("CREATE EXTENSION citext"), scans: [] },
    ...["dblink", "postgres_fdw", "pg_stat_statements", "bloom", "earthdistance", "moddatetime"].map((name) => ({ given: [mayCreate], statement: asOther(`CREATE EXTENSION ${name} CASCADE`), fails: "42501" })),
    { given: [mayCreate, "CREATE EXTENSION dblink"], statement: asOther("CREATE EXTENSION IF NOT EXISTS dblink"), scans: [] },
    ...[
      "COPY (SELECT 1) TO PROGRAM 'cat'",
      "COPY pg_class TO '/tmp/x'",
      "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'a', 'b'",
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT 1'",
      "CREATE PUBLICATION p FOR ALL TABLES",
      "CREATE FOREIGN DATA WRAPPER w",
      "CREATE ACCESS METHOD am TYPE TABLE HANDLER heap_tableam_handler",
      "CREATE OPERATOR CLASS oc FOR TYPE int USING btree AS OPERATOR 1 <",
      "CREATE TEXT SEARCH TEMPLATE tt (LEXIZE = dsimple_lexize)",
      "CREATE LANGUAGE l HANDLER plpgsql_call_handler",
      "CREATE ROLE r SUPERUSER",
    ].map((statement) => ({ given: [mayCreate], statement: asOther(statement), fails: "42501" })),
  ],
  options: {
    requireExtensionVersion: { type: "boolean", description: "Also ask for VERSION in CREATE EXTENSION.", default: false },
  },
  on: "statement",
  changes: ["createExtension", "createFunction", "createRole", "alterRole", "other", "write", "none"],
  check(context, options) {
    const { change, before } = context;
    if (change.change === "createExtension") {
      const { name, range } = change.name;
      const isThere = change.ifNotExists && before.extension(name) !== undefined;
      if (untrusted.has(name) && !isThere && context.database.platform === null) {
        report(context, range, `CREATE EXTENSION ${name} needs a superuser, as the extension is not trusted`, "Create it where the database is set up.");
      }
      if (options.requireExtensionVersion === true && change.version === null && !isThere) {
        context.report({ at: range, object: name, message: `CREATE EXTENSION ${name} takes the version that the server has as its default: two databases with the same migrations may have different ones. Write VERSION.` });
      }
      return;
    }
    const found = privileged(context);
    if (found !== null) report(context, found.at, `${found.what} needs ${found.who ?? "a superuser"}`, "Run it apart from the migrations.");
  },
});

/** Those that Postgres 15 to 18 come with: `superuser` and not `trusted` in pg_available_extension_versions. */
const untrusted = new Set(
  (
    "adminpack amcheck autoinc bloom bool_plperlu dblink dict_xsyn earthdistance file_fdw hstore_plperl hstore_plperlu hstore_plpython3u insert_username intagg " +
    "jsonb_plperlu jsonb_plpython3u ltree_plpython3u moddatetime old_snapshot pageinspect pg_buffercache pg_freespacemap pg_logicalinspect pg_prewarm pg_stat_statements " +
    "pg_surgery pg_visibility pg_walinspect pgrowlocks pgstattuple plperlu plpython3u pltclu postgres_fdw refint sslinfo xml2"
  ).split(" "),
);

const untrustedLanguages = new Set(["c", "internal", "plperlu", "plpython3u", "plpythonu", "pltclu"]);

/** Objects of which no other role may create one. */
const ofSuperusers = new Set(["event trigger", "foreign data wrapper", "access method", "language", "operator class", "operator family", "text search template", "text search parser"]);
/** Of those, what hosted databases let their own role do. */
const ofProviders = new Set(["event trigger", "foreign data wrapper"]);

interface Privileged {
  readonly what: string;
  readonly at: Range;
  /** Null: a superuser alone. */
  readonly who: string | null;
}

function report(context: StatementContext, at: Range, needs: string, remedy: string): void {
  context.report({ at, message: `${needs}: run by another role it fails with 42501 (insufficient_privilege). ${remedy}` });
}

function privileged({ change, parsed, database }: StatementContext): Privileged | null {
  switch (change.change) {
    case "none":
      if (change.command === "alter system") return { what: "ALTER SYSTEM", at: keywordRange(parsed, ["alter", "system"]) ?? change.range, who: null };
      return change.command === "copy" ? copied(parsed) : null;
    case "write":
      return change.command === "copy" ? copied(parsed) : null;
    case "createFunction": {
      const language = change.language.toLowerCase();
      if (untrustedLanguages.has(language)) return { what: `CREATE ${change.kind.toUpperCase()} ... LANGUAGE ${language}`, at: change.name.range, who: null };
      const leakproof = keywordRange(parsed, ["leakproof"]);
      return leakproof === null || keywordRange(parsed, ["not", "leakproof"]) !== null ? null : { what: "LEAKPROOF", at: leakproof, who: null };
    }
    case "createRole":
    case "alterRole": {
      const word = keywordRange(parsed, ["superuser"]);
      return word === null || !change.options.some((option) => option.name === "superuser" && option.value === "true") ? null : { what: "SUPERUSER", at: word, who: null };
    }
    case "other": {
      if (!/^create\b/i.test(parsed.text)) return null;
      if (change.type === "publication") {
        const all = keywordRange(parsed, ["for", "all", "tables"]);
        return all === null || database.platform !== null ? null : { what: "FOR ALL TABLES", at: all, who: null };
      }
      if (!ofSuperusers.has(change.type) || (database.platform !== null && ofProviders.has(change.type))) return null;
      return { what: `CREATE ${change.type.toUpperCase()}`, at: change.name.range, who: null };
    }
    default:
      return null;
  }
}

/** COPY of a file or a program on the server; that of the client's own rows needs no rights but the table's. */
function copied(parsed: ParsedStatement): Privileged | null {
  const { tokens } = parsed;
  const program = findKeywords(parsed, ["program"]);
  if (program > 0 && (isKeyword(parsed, tokens[program - 1], "to") || isKeyword(parsed, tokens[program - 1], "from"))) {
    return { what: "COPY with PROGRAM", at: tokens[program]!, who: "a superuser or the role pg_execute_server_program" };
  }
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    const text = parsed.text.slice(token.start, token.end);
    if (text === "(") depth++;
    else if (text === ")") depth--;
    else if (depth === 0 && token.kind === "string" && (isKeyword(parsed, tokens[i - 1], "to") || isKeyword(parsed, tokens[i - 1], "from"))) {
      const reads = isKeyword(parsed, tokens[i - 1], "from");
      return { what: `COPY ${reads ? "from" : "to"} a file of the server`, at: token, who: `a superuser or the role pg_${reads ? "read" : "write"}_server_files` };
    }
  }
  return null;
}
