// What SQL adds to a table, as the code that Drizzle says it with.

import type { Change, ConstraintDefinition, IndexDefinition } from "../../schema/changes";
import type { Expression, IndexElement } from "../../schema/model";
import type { Release } from "../names";
import type { Table } from "../orm/model";
import { orm, pgCore, type CodeFile } from "./file";
import { block } from "./lists";
import { templateText } from "./template";

export interface ExtraCode {
  /** As SQL has it; null where Postgres chooses. */
  readonly name: string | null;
  readonly code: string;
}

type PolicyChange = Extract<Change, { change: "createPolicy" }>;

/** Null: Drizzle has no word for something of it. */
export class ExtraWriter {
  constructor(
    private readonly file: CodeFile,
    private readonly table: Table,
    private readonly release: Release,
    /** The code of a column, by its name in SQL; null where the table has none of that name. */
    private readonly column: (name: string) => string | null,
  ) {}

  index(index: IndexDefinition): ExtraCode | null {
    if (index.include.length > 0 || index.nullsNotDistinct || index.tablespace !== null) return null;
    const elements = index.elements.map((element) => this.indexElement(element));
    if (!elements.every((element) => element !== null)) return null;
    const make = this.file.use(index.unique ? "uniqueIndex" : "index", pgCore);
    const on = index.method === "btree" ? `.on(${elements.join(", ")})` : `.using(${[this.file.quoted(index.method), ...elements].join(", ")})`;
    const options = index.with.map(({ name, value }) => `${name}: ${/^-?\d+(?:\.\d+)?$|^(?:true|false)$/.test(value) ? value : this.file.quoted(value)}`);
    const storage = options.length > 0 ? `.with({ ${options.join(", ")} })` : "";
    return { name: index.name?.name ?? null, code: `${make}(${this.named(index.name)})${on}${storage}${index.where ? `.where(${this.sql(index.where)})` : ""}` };
  }

  private indexElement({ column, expression, opclass, opclassOptions, collation, order, nulls }: IndexElement): string | null {
    if (opclassOptions !== null || collation !== null) return null;
    const descending = order === "desc";
    const isUsual = descending ? nulls === "first" : nulls === "last";
    // Stable Drizzle leaves the order out beside an operator class.
    if (opclass !== null && (descending || !isUsual) && this.release === "stable") return null;
    if (column === null) {
      if (expression === null || opclass !== null) return null;
      const words = `${descending ? " desc" : ""}${isUsual ? "" : ` nulls ${nulls}`}`;
      return this.sql({ ...expression, text: `${/^[\w.]+\s*\(.*\)$/s.test(expression.text) ? expression.text : `(${expression.text})`}${words}` });
    }
    const code = this.column(column);
    // `.desc()` alone says NULLS LAST.
    return code && `${code}${opclass === null ? "" : `.op(${this.file.quoted(opclass)})`}${descending ? ".desc()" : ""}${nulls === "first" ? ".nullsFirst()" : ""}`;
  }

  policy({ name, command, permissive, roles, using, withCheck }: PolicyChange): ExtraCode {
    const to = roles.filter((role) => role !== "public").map((role) => this.role(role));
    const options = [
      ...(permissive ? [] : [`as: ${this.file.quoted("restrictive")}`]),
      ...(command === "all" ? [] : [`for: ${this.file.quoted(command)}`]),
      ...(to.length === 0 ? [] : [`to: ${to.length === 1 ? to[0]! : `[${to.join(", ")}]`}`]),
      ...(using ? [`using: ${this.sql(using)}`] : []),
      ...(withCheck ? [`withCheck: ${this.sql(withCheck)}`] : []),
    ];
    const make = this.file.use("pgPolicy", pgCore);
    return { name: name.name, code: `${make}(${this.file.quoted(name.name)}${options.length === 0 ? "" : `, ${block("{", options, "}", "", this.file.style)}`})` };
  }

  /** By the name that the file knows it under, else by its own. */
  private role(role: string): string {
    for (const specifier of ["drizzle-orm/supabase", "drizzle-orm/neon"]) {
      const known = platformRoles[role] && this.file.imported(platformRoles[role], specifier);
      if (known) return known;
    }
    return this.file.quoted(role);
  }

  constraint(constraint: ConstraintDefinition): ExtraCode | null {
    if (constraint.deferrable) return null;
    const name = constraint.name?.name ?? null;
    switch (constraint.kind) {
      case "unique": {
        const columns = this.columns(constraint.columns.map((each) => each.name));
        if (columns === null || constraint.include.length > 0 || constraint.usingIndex || constraint.withoutOverlaps) return null;
        return { name, code: `${this.file.use("unique", pgCore)}(${this.named(constraint.name)}).on(${columns})${constraint.nullsNotDistinct ? ".nullsNotDistinct()" : ""}` };
      }
      case "primary key": {
        const columns = this.columns(constraint.columns.map((each) => each.name));
        if (columns === null || constraint.include.length > 0 || constraint.withoutOverlaps) return null;
        const named = name === null ? "" : `name: ${this.file.quoted(name)}, `;
        return { name: name ?? "pk", code: `${this.file.use("primaryKey", pgCore)}({ ${named}columns: [${columns}] })` };
      }
      case "check":
        if (name === null || constraint.notValid || constraint.noInherit || !constraint.enforced) return null;
        return { name, code: `${this.file.use("check", pgCore)}(${this.file.quoted(name)}, ${this.sql(constraint.expression)})` };
      default:
        return null;
    }
  }

  private columns(names: readonly string[]): string | null {
    const columns = names.map((name) => this.column(name));
    return columns.length > 0 && columns.every((column) => column !== null) ? columns.join(", ") : null;
  }

  private named(name: { readonly name: string } | null): string {
    return name === null ? "" : this.file.quoted(name.name);
  }

  private sql(expression: Expression): string {
    return `${this.file.use("sql", orm)}\`${templateText(expression, this.table, this.column)}\``;
  }
}

/** What drizzle-orm calls the roles of the platforms. */
const platformRoles: Readonly<Record<string, string>> = { anon: "anonRole", authenticated: "authenticatedRole", service_role: "serviceRole", anonymous: "anonymousRole" };
