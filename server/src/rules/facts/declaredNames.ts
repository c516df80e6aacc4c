// The names of what a schema in code declares: those that the code gives, and those that drizzle-kit makes.

import type { Source } from "../../drizzle/module";
import { columnName, columnUniqueName, foreignKeyName, indexName, primaryKeyName, uniqueName, type Naming } from "../../drizzle/names";
import type { DeclaredTable, DrizzleSchema } from "../../drizzle/read";
import { objectOf } from "./declarations";

export interface DeclaredName {
  readonly name: string;
  readonly declaration: DeclaredTable;
  readonly kind: "index" | "unique" | "primary key" | "check" | "foreign key" | "policy";
  /** What it shares its name with: within the table, and indexes within the schema too. */
  readonly space: "constraint" | "index" | "policy";
  readonly hasIndex: boolean;
  /** drizzle-kit makes it. */
  readonly made: boolean;
  readonly source: Source;
}

export interface DeclaredNames {
  /** The first of each name. */
  readonly tables: ReadonlyMap<string, DeclaredTable>;
  /** In the order of the tables. */
  readonly byName: ReadonlyMap<string, readonly DeclaredName[]>;
}

const known = new WeakMap<DrizzleSchema["tables"], DeclaredNames>();
const knownOfTable = new WeakMap<DeclaredTable, readonly DeclaredName[]>();

export function namesOf(code: DrizzleSchema): DeclaredNames {
  const { tables } = code;
  let found = known.get(tables);
  if (!found) known.set(tables, (found = collect(code)));
  return found;
}

function collect(code: DrizzleSchema): DeclaredNames {
  const tables = new Map<string, DeclaredTable>();
  const byName = new Map<string, DeclaredName[]>();
  for (const declaration of code.tables) {
    const object = objectOf(declaration.table);
    if (!tables.has(object)) tables.set(object, declaration);
    for (const each of namesOfTable(declaration, code)) {
      const list = byName.get(each.name);
      if (list) list.push(each);
      else byName.set(each.name, [each]);
    }
  }
  return { tables, byName };
}

export function namesOfTable(declaration: DeclaredTable, { naming }: DrizzleSchema): readonly DeclaredName[] {
  let found = knownOfTable.get(declaration);
  if (!found) knownOfTable.set(declaration, (found = collectOfTable(declaration, naming)));
  return found;
}

function collectOfTable(declaration: DeclaredTable, naming: Naming): readonly DeclaredName[] {
  const { table, extras } = declaration;
  const found: DeclaredName[] = [];
  const add = (given: string | null, made: string | null, kind: DeclaredName["kind"], source: Source): void => {
    const name = given ?? made;
    const space = kind === "index" || kind === "policy" ? kind : "constraint";
    if (name !== null) found.push({ name, declaration, kind, space, hasIndex: ["index", "unique", "primary key"].includes(kind), made: given === null, source });
  };
  for (const column of table.columns.values()) {
    if (column.unique) add(column.unique.name, columnUniqueName(column, naming), "unique", column.unique.source);
    for (const reference of column.references) {
      const target = reference.target();
      if (target.kind === "column") add(null, foreignKeyName(table, [column], [target.column], naming), "foreign key", reference.source);
    }
  }
  for (const { extra, source } of extras) {
    if (extra.extra === "index" && extra.columns) {
      const names = extra.columns.flatMap(({ of }) => ("column" in of ? [columnName(of.column, naming)] : []));
      add(extra.name, names.length === extra.columns.length ? indexName(table, names) : null, "index", (extra.name !== null ? extra.nameSource : null) ?? source);
    } else if (extra.extra === "unique") {
      add(extra.name, uniqueName(table, extra.columns, naming), "unique", source);
    } else if (extra.extra === "primary key") {
      add(extra.name, primaryKeyName(table, extra.columns, naming), "primary key", source);
    } else if (extra.extra === "check") {
      add(extra.name, null, "check", source);
    } else if (extra.extra === "foreign key" && extra.foreignColumns.length > 0) {
      add(extra.name, foreignKeyName(table, extra.columns, extra.foreignColumns, naming), "foreign key", source);
    } else if (extra.extra === "policy") {
      add(extra.policy.name, null, "policy", extra.policy.nameSource ?? source);
    }
  }
  return found;
}
