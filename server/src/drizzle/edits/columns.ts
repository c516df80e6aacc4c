// A column's own code: its type's options, and the calls behind it.

import type { ColumnDefinition } from "../../schema/changes";
import type { Source } from "../module";
import type { Column, Table } from "../orm/model";
import type { TypeScript as ts } from "../typescript";
import { pgCore, type CodeFile } from "./file";
import { appended, isOwnLine, listOf } from "./lists";
import { bareExpression, callAt } from "./nodes";
import { indentationAt } from "./style";

/** What is asked of a column. */
export type ColumnChange = "with time zone" | "identity";

/** False where its code cannot take it. */
export function changeColumn(file: CodeFile, column: Column, change: ColumnChange): boolean {
  const call = callAt(file.module, column.source, file.compiler);
  if (!call || column.unknown) return false;
  return change === "identity" ? asIdentity(file, column, call) : withTimeZone(file, column, call);
}

function withTimeZone(file: CodeFile, column: Column, call: ts.CallExpression): boolean {
  if (column.type !== "timestamp") return false;
  const { compiler, text } = file;
  const { tree } = file.module;
  const option = "withTimezone: true";
  const object = file.style.spaced ? `{ ${option} }` : `{${option}}`;
  const options = call.arguments[column.nameSource ? 1 : 0];
  if (!options) {
    const [name] = call.arguments;
    const at = name?.end ?? text.lastIndexOf("(", call.end) + 1;
    file.edit(at, at, name ? `, ${object}` : object);
    return true;
  }
  if (!compiler.isObjectLiteralExpression(options)) {
    file.edit(options.getStart(tree), options.end, `{ ...${options.getText(tree)}, ${option} }`);
    return true;
  }
  const own = options.properties.find(({ name }) => name?.getText(tree) === "withTimezone");
  if (!own) {
    if (options.properties.length === 0) file.edit(options.getStart(tree), options.end, object);
    else file.add(appended(text, listOf(tree, options, options.properties), [option], file.style));
    return true;
  }
  if (!compiler.isPropertyAssignment(own)) return false;
  file.edit(own.initializer.getStart(tree), own.initializer.end, "true");
  return true;
}

const integers: Readonly<Record<string, string>> = { serial: "integer", bigserial: "bigint", smallserial: "smallint" };

function asIdentity(file: CodeFile, column: Column, call: ts.CallExpression): boolean {
  const { compiler } = file;
  const { tree } = file.module;
  const type = integers[column.type];
  const callee = call.expression;
  if (type === undefined || column.identity) return false;
  if (compiler.isPropertyAccessExpression(callee)) {
    file.edit(callee.name.getStart(tree), callee.name.end, type);
  } else if (compiler.isIdentifier(callee) && file.importedAs(callee.text, pgCore) === column.type) {
    file.edit(callee.getStart(tree), callee.end, file.use(type, pgCore));
    file.drop(callee.text);
  } else {
    return false;
  }
  file.edit(call.end, call.end, ".generatedByDefaultAsIdentity()");
  return true;
}

/** The calls behind its type end here. */
export function addCall(file: CodeFile, column: Column, call: string): void {
  file.edit(column.whole.end, column.whole.end, call);
}

/** A call in the chain goes, with its dot. */
export function removeCall(file: CodeFile, { start, end }: Source): void {
  const before = file.text.slice(0, start).trimEnd();
  file.edit(before.slice(0, -1).trimEnd().length, end, "");
}

/** A number that the database gives, as the table's first column. */
export function addIdentityColumn(file: CodeFile, table: Table, call: ts.CallExpression, { name, type, identity }: ColumnDefinition): boolean {
  const { compiler, text } = file;
  const given = call.arguments[1];
  const callback = given && (compiler.isArrowFunction(given) || compiler.isFunctionExpression(given)) ? given : null;
  const columns = given && bareExpression(callback && !compiler.isBlock(callback.body) ? callback.body : given, compiler);
  const [first] = table.columns.values();
  if (!columns || !compiler.isObjectLiteralExpression(columns) || !first || table.columns.has(name.name) || type?.type.name !== "int8" || identity === null) return false;
  const [before] = columns.properties;
  const parameter = callback?.parameters[0]?.name;
  if (!before || (callback && (!parameter || !compiler.isIdentifier(parameter)))) return false;
  const make = parameter && compiler.isIdentifier(parameter) ? `${parameter.text}.bigint` : file.use("bigint", pgCore);
  const named = first.nameSource ? `${file.quoted(name.name)}, ` : "";
  const start = before.getStart(file.module.tree);
  const between = isOwnLine(text, start) ? `,\n${indentationAt(text, start)}` : ", ";
  const always = identity === "always" ? "generatedAlwaysAsIdentity" : "generatedByDefaultAsIdentity";
  file.edit(start, start, `${name.name}: ${make}(${named}{ mode: ${file.quoted("number")} }).primaryKey().${always}()${between}`);
  return true;
}
