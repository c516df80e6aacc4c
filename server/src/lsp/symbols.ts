import { SymbolKind, type DocumentSymbol } from "vscode-languageserver";
import { toLspRange } from "./convert";
import type { Change } from "../schema/changes";
import { readChanges } from "../schema/read/index";
import type { SqlDocument } from "../sql/document";
import { shift, type Range } from "../text/range";

/** The outline of a SQL file: what each statement makes or changes. */
export function documentSymbols(document: SqlDocument): DocumentSymbol[] {
  return document.statements.flatMap((statement) => {
    const whole: Range = { start: statement.start, end: statement.start + statement.parsed.text.length };
    const range = toLspRange(document.lines, whole);
    return readChanges(statement.parsed).flatMap(({ change, offset }) => {
      const described = describe(change);
      if (!described) return [];
      const nameRange = shift(described.range, statement.start + offset);
      const symbol: DocumentSymbol = {
        name: described.name,
        detail: described.detail,
        kind: described.kind,
        range,
        selectionRange: toLspRange(document.lines, nameRange),
      };
      if (change.change === "createTable") {
        symbol.children = change.columns.map((column) => ({
          name: column.name.name,
          detail: column.type?.type.text ?? "",
          kind: SymbolKind.Field,
          range: toLspRange(document.lines, shift(column.range, statement.start + offset)),
          selectionRange: toLspRange(document.lines, shift(column.name.range, statement.start + offset)),
        }));
      }
      return [symbol];
    });
  });
}

interface Described {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly range: Range;
}

const full = (name: { readonly schema: string | null; readonly name: string }): string => (name.schema === null ? name.name : `${name.schema}.${name.name}`);

function describe(change: Change): Described | null {
  const of = (name: { readonly schema: string | null; readonly name: string; readonly range: Range }, detail: string, kind: SymbolKind): Described => ({ name: full(name), detail, kind, range: name.range });
  switch (change.change) {
    case "createTable":
    case "createTableAs":
      return of(change.name, "create table", SymbolKind.Class);
    case "alterTable":
      return of(change.name, `alter ${change.word}`, SymbolKind.Class);
    case "createIndex":
      return change.index.name ? { name: change.index.name.name, detail: `index on ${full(change.table)}`, kind: SymbolKind.Key, range: change.index.name.range } : of(change.table, "create index", SymbolKind.Key);
    case "createView":
      return of(change.name, change.materialized ? "create materialized view" : "create view", SymbolKind.Interface);
    case "createEnum":
      return of(change.name, "create enum", SymbolKind.Enum);
    case "createDomain":
    case "createComposite":
    case "createRange":
      return of(change.name, "create type", SymbolKind.Struct);
    case "createFunction":
      return of(change.name, `create ${change.kind}`, SymbolKind.Function);
    case "createSequence":
      return of(change.name, "create sequence", SymbolKind.Number);
    case "createSchema":
      return { name: change.name.name, detail: "create schema", kind: SymbolKind.Namespace, range: change.name.range };
    case "createTrigger":
      return { name: change.name.name, detail: `trigger on ${full(change.table)}`, kind: SymbolKind.Event, range: change.name.range };
    case "createPolicy":
      return { name: change.name.name, detail: `policy on ${full(change.table)}`, kind: SymbolKind.Property, range: change.name.range };
    case "drop":
      return change.names[0] ? of(change.names[0], `drop ${change.word}`, SymbolKind.Null) : null;
    case "rename":
      return of(change.name, `rename to ${change.to.name}`, SymbolKind.Class);
    default:
      return null;
  }
}
