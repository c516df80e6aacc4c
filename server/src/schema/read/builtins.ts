// Types of pg_catalog (pg_type.dat, 18): what a type's name without a schema means before any type of the user's.

/** Those whose printed name is not their internal one (src/backend/utils/adt/format_type.c). */
const printed: Readonly<Record<string, string>> = {
  bit: "bit",
  bool: "boolean",
  bpchar: "character",
  float4: "real",
  float8: "double precision",
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  interval: "interval",
  json: "json",
  numeric: "numeric",
  time: "time without time zone",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  timetz: "time with time zone",
  varbit: "bit varying",
  varchar: "character varying",
};

const others =
  "aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray anycompatiblerange anyelement anyenum " +
  "anymultirange anynonarray anyrange box bytea char cid cidr circle cstring date datemultirange daterange event_trigger fdw_handler gtsvector " +
  "index_am_handler inet int2vector int4multirange int4range int8multirange int8range internal jsonb jsonpath language_handler line lseg macaddr " +
  "macaddr8 money name nummultirange numrange oid oidvector path pg_brin_bloom_summary pg_brin_minmax_multi_summary pg_ddl_command pg_dependencies " +
  "pg_lsn pg_mcv_list pg_ndistinct pg_node_tree pg_snapshot point polygon record refcursor regclass regcollation regconfig regdictionary " +
  "regnamespace regoper regoperator regproc regprocedure regrole regtype table_am_handler text tid trigger tsm_handler tsmultirange tsquery " +
  "tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid void xid xid8 xml";

const builtins = new Set([...Object.keys(printed), ...others.split(" ")]);

export function isBuiltin(name: string): boolean {
  return builtins.has(name);
}

/** What format_type calls a built-in type where that is not its own name. */
export function printedName(name: string): string | undefined {
  return Object.hasOwn(printed, name) ? printed[name] : undefined;
}
