// The schema that a project's code declares, as statements that the replay takes like a migration's.

import type { ParsedStatement } from "../sql/statement";
import { Evaluator, type ModuleHost } from "./evaluate";
import { Kept } from "./kept";
import { placeOf, type SourceModule, type Source } from "./module";
import type { Naming } from "./names";
import type { Enum, Table } from "./orm/model";
import { Printer, relationName, type PlacedExtra, type Printed, type PrintedTable } from "./print";
import { DeclaredStatement, SqlText } from "./statement";
import type { Compiler, TypeScript as ts } from "./typescript";
import { unknown, type Unknown, type Value } from "./values";

export interface DrizzleQuestion {
  /** The files that drizzle-kit reads, without what they import. */
  readonly entries: readonly SourceModule[];
  readonly host: ModuleHost & { get(file: string): SourceModule | undefined };
  readonly naming: Naming;
}

export interface DrizzleSchema {
  readonly statements: readonly DeclaredStatement[];
  readonly tables: readonly DeclaredTable[];
  /** As `public.users`. The same object for as long as it holds the same. */
  readonly names: TableNames;
  /** Likewise. */
  readonly enums: readonly Enum[];
  /** Tables that the files hold inside of what they export, which drizzle-kit does not look into. */
  readonly hidden: readonly HiddenTable[];
  readonly naming: Naming;
}

export interface TableNames {
  readonly all: ReadonlySet<string>;
  /** Those that more than one table has. */
  readonly twice: ReadonlySet<string>;
}

export interface DeclaredTable {
  readonly table: Table;
  /** What its third argument holds. */
  readonly extras: readonly PlacedExtra[];
  /** What of it cannot be told without running the code. */
  readonly unknown: readonly Unknown[];
}

export interface HiddenTable {
  readonly table: Table;
  /** The export that holds it, and of what kind that is. */
  readonly within: string;
  readonly kind: "object" | "array";
}

export class DrizzleReader {
  /** Statements of the last reading: what comes out the same stays the same object. */
  private known = new Map<string, DeclaredStatement[]>();
  private readonly statementOf = new WeakMap<Printed, DeclaredStatement>();
  private evaluator: Evaluator | null = null;
  private readTables = new Map<Table, Kept<ReadTable>>();
  private last: DrizzleSchema | null = null;

  constructor(
    private readonly compiler: Compiler,
    private readonly parse: (text: string) => ParsedStatement,
  ) {}

  /** What has not changed since the last reading is the same object. */
  read(question: DrizzleQuestion): DrizzleSchema {
    if (this.evaluator && !this.evaluator.isEntangled()) {
      this.evaluator.begin((file) => question.host.get(file));
      const schema = this.readWith(this.evaluator, question);
      if (!this.evaluator.isEntangled()) return schema;
    }
    this.readTables = new Map();
    return this.readWith((this.evaluator = new Evaluator(this.compiler, question.host)), question);
  }

  private readWith(evaluator: Evaluator, { entries, naming }: DrizzleQuestion): DrizzleSchema {
    const exported = entries.flatMap((entry) => [...evaluator.exportsOf(entry)]);
    const values = new Set(exported.map(([, value]) => value));
    const printer = new Printer(naming);
    const found = sorted([...values]);
    const read = new Map(found.tables.filter((table) => !table.existing).map((table) => [table, this.readTables.get(table) ?? new Kept(() => readTable(table, printer))]));
    for (const [table, kept] of this.readTables) if (!read.has(table)) evaluator.keeper.drop(kept);
    this.readTables = read;
    const tables = [...read.values()].flatMap((kept) => evaluator.keeper.read(kept) ?? []);
    const inSchema = new Set(tables.map(({ table }) => table));
    const printed: (Printed | null)[] = [
      ...found.schemas.map(({ name, source }) => printer.schema(name, source)),
      ...found.roles.map((role) => printer.role(role)),
      ...found.enums.map((each) => printer.enum(each)),
      ...found.sequences.map((sequence) => printer.sequence(sequence)),
      ...tables.map((each) => each.printed.table),
      ...tables.flatMap((each) => each.printed.foreignKeys),
      ...tables.flatMap((each) => each.printed.indexes),
      ...tables.flatMap((each) => each.printed.rowSecurity),
      ...[...found.linkedTo].filter((table) => !inSchema.has(table)).flatMap((table) => printer.linkedPolicies(table)),
      ...found.views.map((view) => printer.view(view)),
      ...tables.flatMap(({ unreadable }) => unreadable ?? []),
    ];
    const { last } = this;
    const names = namesOf(tables);
    return (this.last = {
      statements: this.statements(printed.flatMap((each) => each ?? [])),
      tables: tables.map(({ declared }) => declared),
      names: last && sameNames(last.names, names) ? last.names : names,
      enums: last && sameItems(last.enums, found.enums) ? last.enums : found.enums,
      hidden: hiddenIn(exported, found.tables),
      naming,
    });
  }

  /** What an expression of any module comes to, beside the schema of the last reading. */
  readonly valueIn = (module: SourceModule, node: ts.Expression): Value => this.evaluator?.valueIn(module, node) ?? unknown("no schema is read");

  /** Evaluates what stands in a module, to learn which others it needs. */
  ask(module: SourceModule, expressions: () => readonly ts.Expression[]): void {
    this.evaluator?.ask(module, expressions);
  }

  /** Whether the last reading looked into this file. */
  hasRead(module: SourceModule): boolean {
    return this.evaluator?.hasRead(module) === true;
  }

  private statements(printed: readonly Printed[]): readonly DeclaredStatement[] {
    const { known } = this;
    this.known = new Map();
    return printed.map((each) => {
      const { text } = each.sql;
      const statement = this.statementOf.get(each) ?? this.statementLike(each, known.get(text));
      this.statementOf.set(each, statement);
      const list = this.known.get(text);
      if (list) list.push(statement);
      else this.known.set(text, [statement]);
      return statement;
    });
  }

  private statementLike({ sql: { text, segments }, source }: Printed, known: DeclaredStatement[] | undefined): DeclaredStatement {
    const place = placeOf(source);
    const same = known?.findIndex((statement) => statement.isSame(text, place, segments)) ?? -1;
    return same >= 0 ? known!.splice(same, 1)[0]! : new DeclaredStatement(this.parse(text), place, segments);
  }
}

interface ReadTable {
  readonly table: Table;
  readonly printed: PrintedTable;
  readonly declared: DeclaredTable;
  readonly unreadable: Printed | null;
}

function readTable(table: Table, printer: Printer): ReadTable {
  const printed = printer.table(table);
  const { extras, unknown } = printed;
  return { table, printed, declared: { table, extras, unknown }, unreadable: unknown.length > 0 ? unreadable(table) : null };
}

function namesOf(tables: readonly ReadTable[]): TableNames {
  const all = new Set<string>();
  const twice = new Set<string>();
  for (const { table } of tables) {
    const name = `${table.schema ?? "public"}.${table.name}`;
    if (all.has(name)) twice.add(name);
    all.add(name);
  }
  return { all, twice };
}

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((item, i) => item === b[i]);
const sameNames = (a: TableNames, b: TableNames): boolean => sameItems([...a.all], [...b.all]) && sameItems([...a.twice], [...b.twice]);

interface Found {
  readonly schemas: { readonly name: string; readonly source: Source }[];
  readonly roles: Extract<Value, { kind: "role" }>["role"][];
  readonly enums: Extract<Value, { kind: "enum" }>["enum"][];
  readonly sequences: Extract<Value, { kind: "sequence" }>["sequence"][];
  readonly tables: Table[];
  readonly views: Extract<Value, { kind: "view" }>["view"][];
  /** Tables that policies outside of them are linked to. */
  readonly linkedTo: Set<Table>;
}

/** What drizzle-kit takes of the exports: not what stands inside of objects and arrays. */
function sorted(values: readonly Value[]): Found {
  const found: Found = { schemas: [], roles: [], enums: [], sequences: [], tables: [], views: [], linkedTo: new Set() };
  for (const value of values) {
    if (value.kind === "schema" && !value.existing && value.name !== "public") found.schemas.push(value);
    else if (value.kind === "role" && !value.role.existing) found.roles.push(value.role);
    else if (value.kind === "enum") found.enums.push(value.enum);
    else if (value.kind === "sequence") found.sequences.push(value.sequence);
    else if (value.kind === "table") found.tables.push(value.table);
    else if (value.kind === "view" && !value.view.existing) found.views.push(value.view);
    else if (value.kind === "extra" && value.extra.extra === "policy" && value.linkedTo) found.linkedTo.add(value.linkedTo);
  }
  return { ...found, tables: [...new Set(found.tables)], enums: [...new Set(found.enums)] };
}

function hiddenIn(exported: readonly (readonly [string, Value])[], collected: readonly Table[]): readonly HiddenTable[] {
  const names = new Set(collected.map(relationName));
  return exported.flatMap(([within, value]): readonly HiddenTable[] => {
    if (value.kind !== "object" && value.kind !== "array") return [];
    const inside = value.kind === "object" ? [...value.properties.values()].map((property) => property.value) : value.items;
    const tables = inside.flatMap((each) => (each.kind === "table" && !each.table.existing && !names.has(relationName(each.table)) ? [each.table] : []));
    return tables.map((table) => ({ table, within, kind: value.kind }));
  });
}

/** A statement that cannot be read and names the table: then nothing is said to be missing from it. */
function unreadable(table: Table): Printed {
  return { sql: new SqlText().write(`ALTER TABLE ${relationName(table)} is not known in full`), source: table.source };
}
