// The functions that make columns: `text("name")`, `timestamp({ withTimezone: true })`, and an enum called by itself.

import { plainOf } from "../builtins";
import { partOf, type Source } from "../module";
import { isNothing, native, nothing, propertyOf, textOf, unknown, type Call, type NativeFunction, type Unknown, type Value } from "../values";
import { fragment, plain, type Fragment, type Piece } from "./fragment";
import type { ColumnBuilder, Enum } from "./model";

/** A type's text, from its configuration; null: a part of it is not known. */
type TypeText = (configuration: Configuration) => string | null;

class Configuration {
  constructor(readonly value: Value | undefined) {}

  get isKnown(): boolean {
    return this.value?.kind !== "unknown";
  }
  /** As a number or text; "" where it is not given, null where it is not known. */
  of(name: string): string | null {
    const value = propertyOf(this.value, name);
    if (isNothing(value)) return "";
    return value.kind === "primitive" ? String(value.value) : null;
  }
  is(name: string): boolean | null {
    const value = propertyOf(this.value, name);
    return value.kind === "primitive" ? Boolean(value.value) : null;
  }
}

const sized =
  (name: string, option: string): TypeText =>
  (configuration) => {
    const size = configuration.of(option);
    return size === null ? null : size === "" ? name : `${name}(${size})`;
  };

const timed =
  (name: string): TypeText =>
  (configuration) => {
    const precision = configuration.of("precision");
    const zone = configuration.is("withTimezone");
    if (precision === null || zone === null) return null;
    return `${name}${precision === "" ? "" : `(${precision})`}${zone ? " with time zone" : ""}`;
  };

const numeric: TypeText = (configuration) => {
  const [precision, scale] = [configuration.of("precision"), configuration.of("scale")];
  if (precision === null || scale === null) return null;
  return precision === "" ? "numeric" : `numeric(${precision}${scale === "" ? "" : `, ${scale}`})`;
};

const interval: TypeText = (configuration) => {
  const [fields, precision] = [configuration.of("fields"), configuration.of("precision")];
  if (fields === null || precision === null) return null;
  return `interval${fields === "" ? "" : ` ${fields}`}${precision === "" ? "" : `(${precision})`}`;
};

/** As the release candidates write it; stable Drizzle leaves the srid out. */
const geometry: TypeText = (configuration) => {
  const srid = configuration.of("srid");
  return srid === null ? null : srid === "" ? "geometry(point)" : `geometry(point,${srid})`;
};

const always =
  (text: string): TypeText =>
  () =>
    text;

const types: Readonly<Record<string, TypeText>> = {
  bigint: always("bigint"),
  bigserial: always("bigserial"),
  bit: sized("bit", "dimensions"),
  boolean: always("boolean"),
  bytea: always("bytea"),
  char: sized("char", "length"),
  cidr: always("cidr"),
  date: always("date"),
  decimal: numeric,
  doublePrecision: always("double precision"),
  geometry,
  halfvec: sized("halfvec", "dimensions"),
  inet: always("inet"),
  integer: always("integer"),
  interval,
  json: always("json"),
  jsonb: always("jsonb"),
  line: always("line"),
  macaddr: always("macaddr"),
  macaddr8: always("macaddr8"),
  numeric,
  point: always("point"),
  real: always("real"),
  serial: always("serial"),
  smallint: always("smallint"),
  smallserial: always("smallserial"),
  sparsevec: sized("sparsevec", "dimensions"),
  text: always("text"),
  time: timed("time"),
  timestamp: timed("timestamp"),
  uuid: always("uuid"),
  varchar: sized("varchar", "length"),
  vector: sized("vector", "dimensions"),
};

/** `name`, `configuration` and both are taken. */
function argumentsOf({ args, sources }: Pick<Call, "args" | "sources">): { readonly name: Value | null; readonly nameSource: Source | null; readonly configuration: Value | undefined } {
  const [first, second] = args;
  const isName = first?.kind === "primitive" && typeof first.value === "string";
  if (isName) return { name: first, nameSource: sources[0] ?? null, configuration: second };
  // A name that is not known: as likely as a configuration, and taken for one it would give the column a wrong name.
  if (first?.kind === "unknown") return { name: first, nameSource: null, configuration: second };
  return { name: null, nameSource: null, configuration: first };
}

export function columnBuilder(type: string, call: Call, sqlType: Fragment | Unknown, enumValues: readonly string[] | null = null): Value {
  const { name, nameSource } = argumentsOf(call);
  const lost = "kind" in sqlType ? sqlType : name?.kind === "unknown" ? name : call.open;
  const builder: ColumnBuilder = {
    type,
    name: name?.kind === "primitive" && name.value !== "" ? String(name.value) : null,
    key: null,
    nameless: name?.kind === "unknown",
    sqlType: "kind" in sqlType ? fragment([]) : sqlType,
    dimensions: [],
    notNull: ["serial", "bigserial", "smallserial"].includes(type),
    primaryKey: false,
    unique: null,
    default: null,
    runtimeDefault: false,
    runtimeUpdate: null,
    references: [],
    generated: null,
    identity: null,
    enumValues,
    unknown: lost,
    source: call.source,
    whole: call.source,
    nameSource,
    calls: new Map(),
  };
  return { kind: "columnBuilder", builder };
}

function builtIn(type: string, text: TypeText): NativeFunction {
  return native(type, (call) => {
    const configuration = new Configuration(argumentsOf(call).configuration);
    const made = configuration.isKnown ? text(configuration) : null;
    const labels = plainOf(propertyOf(configuration.value, "enum"))?.value;
    const enumValues = Array.isArray(labels) ? labels.map(String) : null;
    return columnBuilder(type, call, made === null ? unknown("a part of its type is not known", call.source) : fragment([plain(made)], null), enumValues);
  });
}

export const columnFunctions: Readonly<Record<string, NativeFunction>> = Object.fromEntries(Object.entries(types).map(([type, text]) => [type, builtIn(type, text)]));

/** An enum called: a column of it. */
export function columnOfEnum(of: Enum, call: Call): Value {
  return columnBuilder("enum", call, fragment([{ piece: "enum", enum: of }]));
}

/** `customType({ dataType() { return "citext" } })`: a function that makes columns of it. */
export const customType = native("customType", (definition) => {
  const dataType = propertyOf(definition.args[0], "dataType");
  return native("customType", (call) => {
    const { configuration } = argumentsOf(call);
    const made = dataType.kind === "function" || dataType.kind === "native" ? call.run(dataType, [configuration ?? nothing]) : unknown("its data type is not known", call.source);
    const text = textOf(made);
    if (text === null) return columnBuilder("custom", call, unknown(made.kind === "unknown" ? made.reason : "its data type is not known", call.source));
    const source = made.kind === "primitive" && made.source && made.source.module.text.slice(made.source.start + 1, made.source.end - 1) === text ? partOf(made.source, 1, text.length + 1) : null;
    const piece: Piece = { piece: "text", text, source };
    return columnBuilder("custom", call, fragment([piece]));
  });
});
