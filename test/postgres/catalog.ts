import type { Client } from "pg";

/**
 * What a schema tool must reproduce of a database: an object's kind and name ("table public.orders", "column public.orders.id") to its
 * description. Owners, oids, data and whatever an extension owns are left out, and what belongs to a server or is hardly ever part of a
 * schema: roles, tablespaces, settings of a database, subscriptions, conversions, transforms, access methods, large objects.
 */
export type Catalog = ReadonlyMap<string, string>;

/**
 * Reads the current database's catalog. Everything is printed by the server itself, with all names qualified and the session's output
 * formats pinned, so that two databases of one version have equal maps exactly when their definitions are equal.
 */
export async function readCatalog(client: Client): Promise<Catalog> {
  const names = Object.keys(pinned);
  const { rows: before } = await client.query<{ name: string; setting: string }>("select name, setting from pg_settings where name = any($1)", [names]);
  const set = (settings: readonly (readonly [string, string])[]): Promise<unknown> =>
    client.query(`select ${settings.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, false)`).join(", ")}`, settings.flat());
  await set(Object.entries(pinned));
  try {
    const catalog = new Map<string, string>();
    for (const [kind, query] of Object.entries(queries)) {
      const { rows } = await client.query<{ key: string; value: string | null }>(query);
      for (const { key, value } of rows) {
        if (catalog.has(key)) {
          throw new Error(`two ${kind} have the key ${key}`);
        }
        catalog.set(key, (value ?? "").trim());
      }
    }
    return catalog;
  } finally {
    await set(before.map(({ name, setting }) => [name, setting]));
  }
}

/**
 * The differences, one readable line each, in the order of the first catalog and then of the second: "column public.orders.total: numeric(12,2) != numeric(10,2)".
 * Of definitions with several lines, the first line that differs is shown. A relation that only one of them has is one difference, whatever it is made
 * of; its indexes and privileges are listed by themselves. The order of a table's columns is compared over those that both have.
 */
export function compareCatalogs(a: Catalog, b: Catalog): string[] {
  const differences: string[] = [];
  const missing = (key: string, other: Catalog): boolean => !other.has(key) && !key.startsWith(orderPrefix) && !isPartOfMissing(key, other);
  for (const [key, first] of a) {
    const second = b.get(key);
    if (second === undefined) {
      if (missing(key, b)) {
        differences.push(`${key}: only in the first${shorten(first)}`);
      }
    } else if (key.startsWith(orderPrefix)) {
      const [left, right] = sharedColumns(first, second);
      if (left !== right) {
        differences.push(`${key}: ${left} != ${right}`);
      }
    } else if (first !== second) {
      differences.push(`${key}: ${describeDifference(first, second)}`);
    }
  }
  for (const [key, second] of b) {
    if (missing(key, a)) {
      differences.push(`${key}: only in the second${shorten(second)}`);
    }
  }
  return differences;
}

const identifier = String.raw`(?:[^".]+|"(?:[^"]|"")+")`;
const partOfRelation = new RegExp(String.raw`^(?:column|constraint|trigger|policy|rule|row level security on) (${identifier}\.${identifier})(?:\.${identifier})?$`, "s");

/** Whether a key is of a part of a relation, or of a type, that the other catalog does not have at all. */
function isPartOfMissing(key: string, other: Catalog): boolean {
  const relation = partOfRelation.exec(key)?.[1];
  return relation !== undefined && !["table", "view", "materialized view", "domain"].some((kind) => other.has(`${kind} ${relation}`));
}

const orderPrefix = "column order of ";

function sharedColumns(a: string, b: string): [string, string] {
  const left = a.split("\n");
  const right = b.split("\n");
  return [left.filter((name) => right.includes(name)).join(", "), right.filter((name) => left.includes(name)).join(", ")];
}

function describeDifference(a: string, b: string): string {
  const left = a.split("\n");
  const right = b.split("\n");
  if (left.length === 1 && right.length === 1) {
    return `${a} != ${b}`;
  }
  for (let line = 0; ; line++) {
    const [one, other] = [left[line], right[line]];
    if (one !== other) {
      return `line ${line + 1}: ${one?.trim() ?? "(end)"} != ${other?.trim() ?? "(end)"}`;
    }
  }
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line === "" ? "" : ` (${line.length > 120 ? `${line.slice(0, 117)}...` : line})`;
}

/** The server prints expressions by these settings: an empty search path qualifies every name outside pg_catalog. */
const pinned: Record<string, string> = {
  search_path: "",
  DateStyle: "ISO, YMD",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  bytea_output: "hex",
  extra_float_digits: "1",
  quote_all_identifiers: "off",
};

// --- The pieces that the queries below are made of. `to_jsonb(row) ->> 'name'` reads a column that some versions do not have.

/** Schemas of the user. */
const userSchema = (namespace: string): string => `${namespace}.nspname <> 'information_schema' and ${namespace}.nspname !~ '^pg_'`;

/** Not a member of an extension. */
const notOfExtension = (catalog: string, oid: string): string =>
  `not exists (select from pg_depend member where member.classid = '${catalog}'::regclass and member.objid = ${oid} and member.deptype = 'e')`;

/** A relation with its schema: `c`, `n`. */
const userRelations = `pg_class c join pg_namespace n on n.oid = c.relnamespace and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`;
const relationName = "format('%I.%I', n.nspname, c.relname)";

/** A type of the user, `t` in `n`, that is neither an array's nor a table's. */
const userTypes = `pg_type t join pg_namespace n on n.oid = t.typnamespace and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}
  left join pg_class c on c.oid = t.typrelid`;

/** Present with a text, or nothing. */
const when = (condition: string, text: string): string => `case when ${condition} then ' ' || ${text} else '' end`;

const options = (array: string): string => `(select string_agg(o, ', ' order by o) from unnest(${array}) o)`;

const collation = (oid: string): string => `(select format('%I.%I', cn.nspname, co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace where co.oid = ${oid})`;

const enabledState = (column: string): string => `case ${column} when 'O' then '' when 'D' then ' disabled' when 'R' then ' enabled on replicas' else ' enabled always' end`;

/**
 * The privileges that differ from those that an object has from the start, grantee by grantee. `rows` gives key (the object), acl, standard (the acl that stands
 * for null, of which the owner's own part goes by the name "owner") and owner.
 */
const privileges = (rows: string): string => `
  with object as (${rows}),
  entries as (
    select o.key, o.owner, x.grantor, x.grantee, x.privilege_type, x.is_grantable, s.standard
    from object o
    cross join lateral (values (coalesce(o.acl, o.standard), false), (o.standard, true)) s(acl, standard)
    cross join lateral aclexplode(s.acl) x
  ),
  changed as (
    select key, owner, grantor, grantee, privilege_type, is_grantable, bool_or(standard) as standard
    from entries
    group by key, owner, grantor, grantee, privilege_type, is_grantable
    having bool_and(standard) or not bool_or(standard)
  )
  select format('%s on %s %s %s', case when standard then 'revoke' else 'grant' end, key, case when standard then 'from' else 'to' end,
      case when grantee = 0 then 'public' when grantee = owner then '(owner)' else quote_ident(pg_get_userbyid(grantee)) end) as key,
    string_agg(privilege_type || case when is_grantable and grantee <> owner then ' with grant option' else '' end
      || case when grantor <> owner then ' by ' || quote_ident(pg_get_userbyid(grantor)) else '' end, ', ' order by privilege_type, grantor, is_grantable) as value
  from changed
  group by 1
  order by 1`;

const queries: Record<string, string> = {
  schemas: `
    select format('schema %I', n.nspname) as key, '' as value from pg_namespace n
    where ${userSchema("n")} and ${notOfExtension("pg_namespace", "n.oid")} order by 1`,

  extensions: `
    select format('extension %I', e.extname) as key, format('version %s in schema %I', e.extversion, n.nspname) as value
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by 1`,

  enums: `
    select 'enum ' || format_type(t.oid, null) as key,
      (select string_agg(quote_literal(l.enumlabel), ', ' order by l.enumsortorder) from pg_enum l where l.enumtypid = t.oid) as value
    from ${userTypes} where t.typtype = 'e' order by 1`,

  domains: `
    select 'domain ' || format_type(t.oid, null) as key,
      format_type(t.typbasetype, t.typtypmod)
        || ${when("t.typcollation <> b.typcollation", `'collate ' || ${collation("t.typcollation")}`)}
        || ${when("t.typnotnull", "'not null'")}
        || coalesce(' default ' || t.typdefault, '') as value
    from ${userTypes} join pg_type b on b.oid = t.typbasetype where t.typtype = 'd' order by 1`,

  "domain constraints": `
    select format('constraint %s.%I', format_type(t.oid, null), k.conname) as key, pg_get_constraintdef(k.oid) as value
    from pg_constraint k join (select t.oid from ${userTypes}) t on t.oid = k.contypid where k.contype <> 'n' order by 1`,

  "composite types": `
    select 'type ' || format_type(t.oid, null) as key,
      '(' || coalesce((select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
        || ${when("a.attcollation <> at.typcollation", `'collate ' || ${collation("a.attcollation")}`)}, ', ' order by a.attnum)
        from pg_attribute a join pg_type at on at.oid = a.atttypid where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '') || ')' as value
    from ${userTypes} where t.typtype = 'c' and c.relkind = 'c' order by 1`,

  "range types": `
    select 'range type ' || format_type(t.oid, null) as key,
      format('subtype %s, operator class %s', format_type(r.rngsubtype, null), (select format('%I.%I', ocn.nspname, oc.opcname) from pg_opclass oc join pg_namespace ocn on ocn.oid = oc.opcnamespace where oc.oid = r.rngsubopc))
        || coalesce(', collation ' || ${collation("r.rngcollation")}, '')
        || case when r.rngcanonical = 0 then '' else ', canonical ' || r.rngcanonical::regprocedure end
        || case when r.rngsubdiff = 0 then '' else ', difference ' || r.rngsubdiff::regprocedure end
        || ', multirange ' || format_type(r.rngmultitypid, null) as value
    from ${userTypes} join pg_range r on r.rngtypid = t.oid where t.typtype = 'r' order by 1`,

  "base types": `
    select 'type ' || format_type(t.oid, null) as key,
      case when t.typisdefined then format('input %s, output %s, length %s, by value %s, align %s, storage %s, category %s, preferred %s, delimiter %s',
        t.typinput, t.typoutput, t.typlen, t.typbyval, t.typalign, t.typstorage, t.typcategory, t.typispreferred, t.typdelim) || coalesce(', default ' || t.typdefault, '')
        else 'shell' end as value
    from ${userTypes}
    where (t.typtype = 'p' or t.typtype = 'b' and not exists (select from pg_type el where el.typarray = t.oid)) order by 1`,

  sequences: `
    select 'sequence ' || ${relationName} as key,
      format('%s start %s increment %s minimum %s maximum %s cache %s', format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache)
        || ${when("s.seqcycle", "'cycle'")}
        || ${when("c.relpersistence = 'u'", "'unlogged'")}
        || coalesce((select case d.deptype when 'i' then ' identity of ' else ' owned by ' end || format('%I.%I.%I', tn.nspname, tc.relname, ta.attname)
          from pg_depend d join pg_class tc on tc.oid = d.refobjid join pg_namespace tn on tn.oid = tc.relnamespace join pg_attribute ta on ta.attrelid = tc.oid and ta.attnum = d.refobjsubid
          where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0), '') as value
    from ${userRelations} join pg_sequence s on s.seqrelid = c.oid where c.relkind = 'S' order by 1`,

  tables: `
    select 'table ' || ${relationName} as key,
      case c.relkind when 'p' then 'partitioned by ' || pg_get_partkeydef(c.oid) when 'f' then 'foreign table' else 'table' end
        || ${when("c.relpersistence = 'u'", "'unlogged'")}
        || ${when("c.reloftype <> 0", "'of ' || format_type(c.reloftype, null)")}
        || coalesce((select case when c.relispartition then ' partition of ' else ' inherits ' end || string_agg(format('%I.%I', pn.nspname, p.relname), ', ' order by i.inhseqno)
          from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace where i.inhrelid = c.oid), '')
        || coalesce(' ' || pg_get_expr(c.relpartbound, c.oid), '')
        || coalesce((select format(' server %I', fs.srvname) || coalesce(' options (' || ${options("ft.ftoptions")} || ')', '')
          from pg_foreign_table ft join pg_foreign_server fs on fs.oid = ft.ftserver where ft.ftrelid = c.oid), '')
        || coalesce((select format(' using %I', am.amname) from pg_am am where am.oid = c.relam and am.amname <> 'heap'), '')
        || coalesce(' with (' || ${options("c.reloptions")} || ')', '')
        || coalesce((select ' toast (' || ${options("tt.reloptions")} || ')' from pg_class tt where tt.oid = c.reltoastrelid), '')
        || coalesce((select format(' tablespace %I', ts.spcname) from pg_tablespace ts where ts.oid = c.reltablespace), '')
        || case c.relreplident when 'n' then ' replica identity nothing' when 'f' then ' replica identity full' else '' end as value
    from ${userRelations} where c.relkind in ('r', 'p', 'f') order by 1`,

  "column orders": `
    select '${orderPrefix}' || ${relationName} as key, string_agg(a.attname, e'\\n' order by a.attnum) as value
    from ${userRelations} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p', 'f') group by 1 order by 1`,

  columns: `
    select format('column %s.%I', ${relationName}, a.attname) as key,
      format_type(a.atttypid, a.atttypmod)
        || ${when("a.attcollation <> t.typcollation", `'collate ' || ${collation("a.attcollation")}`)}
        || ${when("a.attnotnull", "'not null'")}
        || ${when("exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'n' and k.conkey = array[a.attnum] and not k.convalidated)", "'not valid'")}
        || ${when("exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'n' and k.conkey = array[a.attnum] and k.connoinherit)", "'no inherit'")}
        || case a.attidentity when 'a' then ' generated always as identity' when 'd' then ' generated by default as identity' else '' end
        || coalesce(case a.attgenerated when 's' then ' generated as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored' when 'v' then ' generated as (' || pg_get_expr(d.adbin, d.adrelid) || ') virtual'
          else ' default ' || pg_get_expr(d.adbin, d.adrelid) end, '')
        || ${when("a.attstorage <> t.typstorage", "'storage ' || case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end")}
        || case a.attcompression when 'p' then ' compression pglz' when 'l' then ' compression lz4' else '' end
        || ${when("a.attstattarget >= 0", "'statistics ' || a.attstattarget")}
        || coalesce(' options (' || ${options("a.attoptions")} || ')', '')
        || coalesce(' foreign options (' || ${options("a.attfdwoptions")} || ')', '')
        || ${when("a.attinhcount > 0", "'inherited'")}
        || ${when("a.attinhcount > 0 and a.attislocal", "'and declared'")} as value
    from ${userRelations} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relkind in ('r', 'p', 'f') order by n.nspname, c.relname, a.attnum`,

  // A key's index goes with it under one name: what only the index knows is said here. Left out: NOT NULL (the column says it; versions before 18 have no
  // such entries), constraint triggers (triggers), and the copies of a foreign key for the partitions that it refers to.
  constraints: `
    select format('constraint %s.%I', ${relationName}, k.conname) as key,
      pg_get_constraintdef(k.oid)
        || coalesce((select coalesce(' with (' || ${options("ic.reloptions")} || ')', '')
            || coalesce((select format(' tablespace %I', ts.spcname) from pg_tablespace ts where ts.oid = ic.reltablespace), '')
            || ${when("not i.indisvalid", "'invalid'")} || ${when("i.indisreplident", "'replica identity'")} || ${when("i.indisclustered", "'clustered'")}
          from pg_index i join pg_class ic on ic.oid = i.indexrelid where i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')), '')
        || coalesce((select string_agg(distinct ${enabledState("g.tgenabled")}, '' order by ${enabledState("g.tgenabled")}) from pg_trigger g where g.tgconstraint = k.oid and k.contype = 'f'), '')
        || ${when("k.coninhcount > 0", "'inherited'")}
        || ${when("k.coninhcount > 0 and k.conislocal", "'and declared'")} as value
    from ${userRelations} join pg_constraint k on k.conrelid = c.oid
    where k.contype not in ('n', 't')
      and not exists (select from pg_constraint parent where k.contype = 'f' and parent.oid = k.conparentid and parent.conrelid = k.conrelid)
    order by 1`,

  indexes: `
    select 'index ' || ${relationName} as key,
      pg_get_indexdef(c.oid)
        || coalesce((select format(' tablespace %I', ts.spcname) from pg_tablespace ts where ts.oid = c.reltablespace), '')
        || coalesce((select string_agg(format(' column %s statistics %s', a.attnum, a.attstattarget), '' order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attstattarget >= 0), '')
        || ${when("not i.indisvalid", "'invalid'")}
        || ${when("i.indisreplident", "'replica identity'")}
        || ${when("i.indisclustered", "'clustered'")}
        || coalesce((select ' partition of ' || format('%I.%I', pn.nspname, p.relname)
          from pg_inherits h join pg_class p on p.oid = h.inhparent join pg_namespace pn on pn.oid = p.relnamespace where h.inhrelid = c.oid), '') as value
    from ${userRelations} join pg_index i on i.indexrelid = c.oid
    where ${notOfExtension("pg_class", "i.indrelid")} and not exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
    order by 1`,

  views: `
    select case c.relkind when 'm' then 'materialized view ' else 'view ' end || ${relationName} as key,
      pg_get_viewdef(c.oid)
        || coalesce(e'\\n with (' || ${options("c.reloptions")} || ')', '')
        || coalesce((select format(e'\\n using %I', am.amname) from pg_am am where am.oid = c.relam and am.amname <> 'heap'), '')
        || case when c.relkind = 'm' and not c.relispopulated then e'\\n with no data' else '' end
        || coalesce((select string_agg(format(e'\\n column %I default %s', a.attname, pg_get_expr(d.adbin, d.adrelid)), '' order by a.attnum)
          from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where d.adrelid = c.oid), '') as value
    from ${userRelations} where c.relkind in ('v', 'm') order by 1`,

  rules: `
    select format('rule %s.%I', ${relationName}, r.rulename) as key, pg_get_ruledef(r.oid) || ${enabledState("r.ev_enabled")} as value
    from ${userRelations} join pg_rewrite r on r.ev_class = c.oid where r.rulename <> '_RETURN' order by 1`,

  functions: `
    select case p.prokind when 'p' then 'procedure ' else 'function ' end || p.oid::regprocedure as key, pg_get_functiondef(p.oid) as value
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace and ${userSchema("n")}
    where p.prokind in ('f', 'p', 'w') and ${notOfExtension("pg_proc", "p.oid")}
      -- A range type brings its own constructors.
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
    order by 1`,

  aggregates: `
    select 'aggregate ' || p.oid::regprocedure as key,
      format('arguments (%s) kind %s state %s %s space %s initial %L final %s %s %s combine %s serial %s deserial %s moving (%s, %s, %s, %s, %s, %s) sort %s parallel %s',
        pg_get_function_arguments(p.oid), a.aggkind, a.aggtransfn, format_type(a.aggtranstype, null), a.aggtransspace, a.agginitval, a.aggfinalfn, a.aggfinalextra, a.aggfinalmodify,
        a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn, case when a.aggmtranstype = 0 then '-' else format_type(a.aggmtranstype, null) end, a.aggmtransspace, a.aggminitval,
        case when a.aggsortop = 0 then '-' else a.aggsortop::regoperator::text end, p.proparallel) as value
    from pg_aggregate a join pg_proc p on p.oid = a.aggfnoid join pg_namespace n on n.oid = p.pronamespace and ${userSchema("n")}
    where ${notOfExtension("pg_proc", "p.oid")} order by 1`,

  triggers: `
    select format('trigger %s.%I', ${relationName}, g.tgname) as key,
      pg_get_triggerdef(g.oid) || ${enabledState("g.tgenabled")} || ${when("g.tgparentid <> 0", "'inherited'")} as value
    from ${userRelations} join pg_trigger g on g.tgrelid = c.oid where not g.tgisinternal order by 1`,

  "row level security": `
    select 'row level security on ' || ${relationName} as key, concat_ws(', ', case when c.relrowsecurity then 'enabled' end, case when c.relforcerowsecurity then 'forced' end) as value
    from ${userRelations} where c.relrowsecurity or c.relforcerowsecurity order by 1`,

  policies: `
    select format('policy %s.%I', ${relationName}, p.polname) as key,
      format('%s for %s to %s', case when p.polpermissive then 'permissive' else 'restrictive' end,
          case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
          (select string_agg(case when r = 0 then 'public' else quote_ident(pg_get_userbyid(r)) end, ', ' order by case when r = 0 then 'public' else pg_get_userbyid(r) end) from unnest(p.polroles) r))
        || coalesce(' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
        || coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') as value
    from ${userRelations} join pg_policy p on p.polrelid = c.oid order by 1`,

  statistics: `
    select format('statistics %I.%I', n.nspname, s.stxname) as key,
      pg_get_statisticsobjdef(s.oid) || case when coalesce(s.stxstattarget, -1) >= 0 then ' target ' || s.stxstattarget else '' end as value
    from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace and ${userSchema("n")} and ${notOfExtension("pg_statistic_ext", "s.oid")} order by 1`,

  "event triggers": `
    select format('event trigger %I', e.evtname) as key,
      format('on %s execute %s', e.evtevent, e.evtfoid::regprocedure) || coalesce(' when tag in (' || ${options("e.evttags")} || ')', '') || ${enabledState("e.evtenabled")} as value
    from pg_event_trigger e where ${notOfExtension("pg_event_trigger", "e.oid")} order by 1`,

  publications: `
    select format('publication %I', p.pubname) as key,
      concat_ws(', ', case when p.puballtables then 'all tables' end, case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end,
        case when p.pubtruncate then 'truncate' end, case when p.pubviaroot then 'via root' end, 'generated columns ' || nullif(to_jsonb(p) ->> 'pubgencols', 'n')) as value
    from pg_publication p where ${notOfExtension("pg_publication", "p.oid")} order by 1`,

  "publication members": `
    select format('publication %I table %s', p.pubname, ${relationName}) as key,
      concat_ws(' ', '(' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum = any(r.prattrs)) || ')',
        'where ' || pg_get_expr(r.prqual, r.prrelid)) as value
    from ${userRelations} join pg_publication_rel r on r.prrelid = c.oid join pg_publication p on p.oid = r.prpubid
    union all
    select format('publication %I schema %I', p.pubname, n.nspname), '' from pg_publication_namespace r join pg_publication p on p.oid = r.pnpubid join pg_namespace n on n.oid = r.pnnspid
    order by 1`,

  casts: `
    select format('cast (%s as %s)', format_type(k.castsource, null), format_type(k.casttarget, null)) as key,
      format('%s %s', case k.castmethod when 'f' then 'with function ' || k.castfunc::regprocedure when 'i' then 'with inout' else 'without function' end,
        case k.castcontext when 'i' then 'implicit' when 'a' then 'in assignments' else 'explicit' end) as value
    from pg_cast k where k.oid >= 16384 and ${notOfExtension("pg_cast", "k.oid")}
      -- A range type brings the cast to its multirange.
      and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = k.oid and d.deptype = 'i')
    order by 1`,

  operators: `
    select 'operator ' || o.oid::regoperator as key,
      concat_ws(' ', o.oprcode::regprocedure, 'returns ' || format_type(o.oprresult, null), 'commutator ' || nullif(o.oprcom, 0)::regoperator, 'negator ' || nullif(o.oprnegate, 0)::regoperator,
        'restrict ' || nullif(o.oprrest::oid, 0)::regproc, 'join ' || nullif(o.oprjoin::oid, 0)::regproc, case when o.oprcanmerge then 'merges' end, case when o.oprcanhash then 'hashes' end) as value
    from pg_operator o join pg_namespace n on n.oid = o.oprnamespace and ${userSchema("n")} and ${notOfExtension("pg_operator", "o.oid")} order by 1`,

  "operator families": `
    select format('operator family %I.%I using %I', n.nspname, f.opfname, m.amname) as key,
      concat_ws(', ',
        (select string_agg(format('operator %s %s%s', a.amopstrategy, a.amopopr::regoperator, case when a.amopsortfamily = 0 then '' else ' for order by' end), ', ' order by a.amoplefttype::regtype::text, a.amoprighttype::regtype::text, a.amopstrategy) from pg_amop a where a.amopfamily = f.oid),
        (select string_agg(format('function %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, null), format_type(a.amprocrighttype, null), a.amproc::regprocedure), ', ' order by a.amproclefttype::regtype::text, a.amprocrighttype::regtype::text, a.amprocnum) from pg_amproc a where a.amprocfamily = f.oid)) as value
    from pg_opfamily f join pg_namespace n on n.oid = f.opfnamespace and ${userSchema("n")} and ${notOfExtension("pg_opfamily", "f.oid")} join pg_am m on m.oid = f.opfmethod order by 1`,

  "operator classes": `
    select format('operator class %I.%I using %I', n.nspname, o.opcname, m.amname) as key,
      format('for %s family %s', format_type(o.opcintype, null), (select format('%I.%I', fn.nspname, f.opfname) from pg_opfamily f join pg_namespace fn on fn.oid = f.opfnamespace where f.oid = o.opcfamily))
        || ${when("o.opcdefault", "'default'")} || ${when("o.opckeytype <> 0", "'storage ' || format_type(o.opckeytype, null)")} as value
    from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace and ${userSchema("n")} and ${notOfExtension("pg_opclass", "o.oid")} join pg_am m on m.oid = o.opcmethod order by 1`,

  collations: `
    select format('collation %I.%I', n.nspname, k.collname) as key,
      concat_ws(' ', 'provider ' || k.collprovider::text, 'collate ' || k.collcollate, 'ctype ' || k.collctype, 'locale ' || coalesce(to_jsonb(k) ->> 'colllocale', to_jsonb(k) ->> 'colliculocale'),
        'rules ' || (to_jsonb(k) ->> 'collicurules'), case when not k.collisdeterministic then 'not deterministic' end) as value
    from pg_collation k join pg_namespace n on n.oid = k.collnamespace and ${userSchema("n")} and ${notOfExtension("pg_collation", "k.oid")} order by 1`,

  "text search": `
    select format('text search configuration %I.%I', n.nspname, k.cfgname) as key,
      'parser ' || (select format('%I.%I', pn.nspname, p.prsname) from pg_ts_parser p join pg_namespace pn on pn.oid = p.prsnamespace where p.oid = k.cfgparser)
        || coalesce((select string_agg(format(', %s to %s', tt.alias, m.mapdict::regdictionary), '' order by m.maptokentype, m.mapseqno)
          from pg_ts_config_map m join ts_token_type(k.cfgparser) tt on tt.tokid = m.maptokentype where m.mapcfg = k.oid), '') as value
    from pg_ts_config k join pg_namespace n on n.oid = k.cfgnamespace and ${userSchema("n")} and ${notOfExtension("pg_ts_config", "k.oid")}
    union all
    select format('text search dictionary %I.%I', n.nspname, k.dictname),
      'template ' || (select format('%I.%I', tn.nspname, t.tmplname) from pg_ts_template t join pg_namespace tn on tn.oid = t.tmplnamespace where t.oid = k.dicttemplate) || coalesce(' ' || k.dictinitoption, '')
    from pg_ts_dict k join pg_namespace n on n.oid = k.dictnamespace and ${userSchema("n")} and ${notOfExtension("pg_ts_dict", "k.oid")}
    order by 1`,

  languages: `
    select format('language %I', l.lanname) as key,
      concat_ws(' ', case when l.lanpltrusted then 'trusted' end, 'handler ' || l.lanplcallfoid::regproc, 'inline ' || nullif(l.laninline, 0)::regproc, 'validator ' || nullif(l.lanvalidator, 0)::regproc) as value
    from pg_language l where l.lanispl and ${notOfExtension("pg_language", "l.oid")} order by 1`,

  "foreign servers": `
    select format('foreign data wrapper %I', w.fdwname) as key,
      concat_ws(' ', 'handler ' || nullif(w.fdwhandler, 0)::regproc, 'validator ' || nullif(w.fdwvalidator, 0)::regproc, 'options (' || ${options("w.fdwoptions")} || ')') as value
    from pg_foreign_data_wrapper w where ${notOfExtension("pg_foreign_data_wrapper", "w.oid")}
    union all
    select format('server %I', s.srvname), concat_ws(' ', format('wrapper %I', w.fdwname), 'type ' || s.srvtype, 'version ' || s.srvversion, 'options (' || ${options("s.srvoptions")} || ')')
    from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw where ${notOfExtension("pg_foreign_server", "s.oid")}
    union all
    select format('user mapping for %s server %I', case when m.umuser = 0 then 'public' else quote_ident(pg_get_userbyid(m.umuser)) end, s.srvname), coalesce('options (' || ${options("m.umoptions")} || ')', '')
    from pg_user_mapping m join pg_foreign_server s on s.oid = m.umserver
    order by 1`,

  // 16384 is the first oid that initdb does not give away; 2200 is schema public, whose comment can be changed.
  comments: `
    select format('comment on %s %s', o.type, o.identity) as key, d.description as value
    from pg_description d cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) o
    where (d.objoid >= 16384 or d.classoid = 'pg_namespace'::regclass and d.objoid = 2200)
      and not exists (select from pg_depend e where e.classid = d.classoid and e.objid = d.objoid and e.deptype = 'e')
    order by 1`,

  "security labels": `
    select format('security label %s on %s %s', d.provider, o.type, o.identity) as key, d.label as value
    from pg_seclabel d cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) o order by 1`,

  "schema privileges": privileges(`
    select format('schema %I', n.nspname) as key, n.nspacl as acl, acldefault('n', n.nspowner) as standard, n.nspowner as owner
    from pg_namespace n where ${userSchema("n")} and ${notOfExtension("pg_namespace", "n.oid")}`),

  "relation privileges": privileges(`
    select case c.relkind when 'S' then 'sequence ' else 'table ' end || ${relationName} as key, c.relacl as acl,
      acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner) as standard, c.relowner as owner
    from ${userRelations} where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')`),

  "column privileges": privileges(`
    select format('column %s.%I', ${relationName}, a.attname) as key, a.attacl as acl, acldefault('c', c.relowner) as standard, c.relowner as owner
    from ${userRelations} join pg_attribute a on a.attrelid = c.oid and not a.attisdropped and a.attacl is not null`),

  "function privileges": privileges(`
    select case p.prokind when 'p' then 'procedure ' else 'function ' end || p.oid::regprocedure as key, p.proacl as acl, acldefault('f', p.proowner) as standard, p.proowner as owner
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace and ${userSchema("n")} where ${notOfExtension("pg_proc", "p.oid")}`),

  "type privileges": privileges(`
    select 'type ' || format_type(t.oid, null) as key, t.typacl as acl, acldefault('T', t.typowner) as standard, t.typowner as owner
    from ${userTypes} where t.typacl is not null`),

  "other privileges": privileges(`
    select format('language %I', l.lanname) as key, l.lanacl as acl, acldefault('l', l.lanowner) as standard, l.lanowner as owner from pg_language l where l.lanacl is not null
    union all
    select format('foreign data wrapper %I', w.fdwname), w.fdwacl, acldefault('F', w.fdwowner), w.fdwowner from pg_foreign_data_wrapper w where ${notOfExtension("pg_foreign_data_wrapper", "w.oid")}
    union all
    select format('server %I', s.srvname), s.srvacl, acldefault('S', s.srvowner), s.srvowner from pg_foreign_server s where ${notOfExtension("pg_foreign_server", "s.oid")}`),

  // Of one role, for what it will create: an entry for a schema adds to the standard, an entry for all of them stands in its place.
  "default privileges": privileges(`
    select format('new %s of %I%s', case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end,
        pg_get_userbyid(d.defaclrole), case when d.defaclnamespace = 0 then '' else format(' in schema %I', n.nspname) end) as key,
      d.defaclacl as acl,
      case when d.defaclnamespace = 0 then acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole) end as standard, d.defaclrole as owner
    from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace`),
};
