// Which functions are volatile: a default that calls one has a value of its own for every row, so ADD COLUMN has to
// write them all (https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES).

import type { Expression, Function, QualifiedName } from "./model";
import type { SchemaView } from "./view";

/**
 * From pg_proc of Postgres 15 to 18 (`provolatile = 'v'`), what a default can call: without the handlers, set-returning
 * and administration functions. A name that only some overloads of are volatile is not in it.
 */
const builtIn = new Set(
  (
    "array_sample array_shuffle clock_timestamp current_query currval gen_random_uuid lastval nextval pg_current_wal_flush_lsn " +
    "pg_current_wal_insert_lsn pg_current_wal_lsn pg_database_size pg_indexes_size pg_notify pg_relation_size pg_sleep " +
    "pg_sleep_for pg_sleep_until pg_table_size pg_total_relation_size pg_xact_status random random_normal set_config setseed " +
    "setval timeofday txid_status uuidv4 uuidv7"
  ).split(" "),
);

/** Of the extensions that Postgres ships and those for identifiers: their `CREATE FUNCTION ... VOLATILE` (the default). */
const ofExtensions = new Set(
  (
    "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuid_generate_v6 uuid_generate_v7 " + // uuid-ossp, pg_uuidv7
    "gen_random_bytes gen_salt pgp_sym_encrypt pgp_sym_encrypt_bytea pgp_pub_encrypt pgp_pub_encrypt_bytea " + // pgcrypto
    "normal_rand gen_ulid gen_monotonic_ulid" // tablefunc, pgx_ulid
  ).split(" "),
);

/** True or false where it is known, null for a function that is neither Postgres's nor the history's. */
function isVolatile(view: SchemaView, name: string): boolean | null {
  const dot = name.lastIndexOf(".");
  const schema = dot < 0 ? null : name.slice(0, dot);
  const own = name.slice(dot + 1);
  // pg_catalog is searched first.
  if ((schema === null || schema === "pg_catalog") && builtIn.has(own)) return true;
  const candidates: QualifiedName[] = schema === null ? view.session.searchPath.map((each) => ({ schema: each, name: own })) : [{ schema, name: own }];
  for (const candidate of candidates) {
    const overloads = view.functions(candidate);
    if (overloads.length > 0) return overloads.every(staysVolatile);
  }
  return ofExtensions.has(own) ? true : null;
}

/**
 * A SQL function of one plain SELECT is put in place of its call before Postgres asks, so that what it is declared as no
 * longer counts (inline_function in src/backend/optimizer/util/clauses.c): then its body must be volatile itself.
 */
function staysVolatile({ volatility, language, definition }: Function): boolean {
  if (volatility !== "volatile") return false;
  if (language.toLowerCase() !== "sql") return true;
  const words = definition.text.toLowerCase().match(/[a-z_][\w$]*/g) ?? [];
  return words.some((word) => word === "from" || word === "insert" || word === "update" || word === "delete" || builtIn.has(word) || ofExtensions.has(word));
}

/** The first function in an expression that is known to be volatile. */
export function volatileFunction(view: SchemaView, expression: Expression): string | null {
  return expression.functions.find((name) => isVolatile(view, name) === true) ?? null;
}
