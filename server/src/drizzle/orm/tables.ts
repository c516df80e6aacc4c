// `pgTable` in its forms, and `pgSchema`.

import type { Source } from "../module";
import { native, object, textOf, unknown, type Call, type NativeFunction, type Value } from "../values";
import { columnFunctions, customType } from "./columns";
import { enumFunction, sequenceFunction, viewFunction } from "./objects";
import type { Column, ColumnBuilder, Table } from "./model";

export interface TableForm {
  readonly schema: string | null;
  /** `pgTableCreator`. */
  readonly rename: Value | null;
  readonly rowSecurity: boolean;
  readonly casing: Table["casing"];
  readonly existing: boolean;
}
export const plainForm: TableForm = { schema: null, rename: null, rowSecurity: false, casing: "project", existing: false };

/** What a callback in place of the columns is given: `(t) => ({ id: t.uuid() })`. */
const columnTypes: Value = object([...Object.entries(columnFunctions), ["customType", customType]]);

function makeTable(form: TableForm, call: Call): Value {
  const { args, sources, source, run } = call;
  const [nameGiven, columnsGiven, extras] = args;
  const named = form.rename && nameGiven ? run(form.rename, [nameGiven]) : nameGiven;
  const name = textOf(named);
  if (name === null) return unknown(named?.kind === "unknown" ? `the table's name is not known: ${named.reason}` : "the table's name is not known", source);
  const columns = columnsGiven?.kind === "function" || columnsGiven?.kind === "native" ? run(columnsGiven, [columnTypes]) : columnsGiven;
  const table: Table = {
    schema: form.schema === "public" ? null : form.schema,
    name,
    columns: new Map(),
    extras: extras === undefined ? null : () => run(extras, [tableColumns(table)]),
    rowSecurity: form.rowSecurity ? source : null,
    linked: [],
    casing: form.casing,
    unknown: columns?.kind === "object" ? columns.rest : columns?.kind === "unknown" ? columns : unknown("its columns are not known", source),
    source,
    nameSource: nameGiven?.kind === "primitive" ? (nameGiven.source ?? sources[0] ?? null) : (sources[0] ?? null),
    existing: form.existing,
  };
  for (const [key, { value, source: keySource }] of columns?.kind === "object" ? columns.properties : []) {
    if (value.kind === "columnBuilder" && value.builder.nameless) table.unknown ??= unknown("a column's name is not known", value.builder.source);
    else if (value.kind === "columnBuilder") table.columns.set(key, columnOf(table, key, keySource, value.builder));
    else if (value.kind === "unknown") table.unknown ??= value;
    else if (!(value.kind === "primitive" && value.value === undefined)) table.unknown ??= unknown(`${key} is no column`, keySource);
  }
  return { kind: "table", table };
}

function columnOf(table: Table, key: string, keySource: Source | null, builder: ColumnBuilder): Column {
  builder.key ??= key;
  return { ...builder, references: [...builder.references], calls: new Map(builder.calls), table, key: builder.key, keySource };
}

/** The columns by their keys, as `table.id` and the third argument have them. */
export function tableColumns(table: Pick<Table, "columns" | "unknown">): Value {
  return object([...table.columns].map(([key, column]): [string, Value] => [key, { kind: "column", column }]), table.unknown);
}

export function tableFunction(form: TableForm): NativeFunction {
  return native("pgTable", (call) => makeTable(form, call), {
    withRLS: native("pgTable.withRLS", (call) => makeTable({ ...form, rowSecurity: true }, call)),
    existing: native("pgTable.existing", (call) => makeTable({ ...form, existing: true }, call)),
  });
}

export const tableCreator = native("pgTableCreator", ({ args: [rename, casing] }) => tableFunction({ ...plainForm, rename: rename ?? null, casing: casingOf(casing) }));

/** The release candidates take it as an argument; without it, the project's. */
const casingOf = (value: Value | undefined): Table["casing"] => {
  const text = textOf(value);
  return text === "snake_case" || text === "camelCase" ? text : "project";
};

/** The release candidates' `snakeCase.table(...)`. */
export function casedFunctions(casing: "snake_case" | "camelCase"): Value {
  const form: TableForm = { ...plainForm, casing };
  return object([
    ["table", tableFunction(form)],
    ["view", viewFunction(null, false)],
    ["materializedView", viewFunction(null, true)],
    ["schema", schemaFunction(casing)],
  ]);
}

export function schemaFunction(casing: Table["casing"] = "project"): NativeFunction {
  return native("pgSchema", ({ args: [given], source }) => {
    const name = textOf(given);
    return name === null ? unknown("the schema's name is not known", source) : { kind: "schema", name, source, existing: false, casing };
  });
}

export function schemaMember(schema: Extract<Value, { kind: "schema" }>, name: string): Value | null {
  const form: TableForm = { ...plainForm, schema: schema.name, casing: schema.casing };
  switch (name) {
    case "table":
      return tableFunction(form);
    case "enum":
      return enumFunction(schema.name);
    case "sequence":
      return sequenceFunction(schema.name);
    case "view":
      return viewFunction(schema.name, false);
    case "materializedView":
      return viewFunction(schema.name, true);
    case "existing":
      return native("existing", () => ({ ...schema, existing: true }));
    default:
      return null;
  }
}
