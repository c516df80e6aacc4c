// A table's third argument, in whichever form it is written: an array, an object, a block that returns one, a helper's
// call, or none yet.

import type { Source } from "../module";
import type { Column, Table } from "../orm/model";
import type { TypeScript as ts } from "../typescript";
import { dropImport } from "./declared";
import type { ExtraCode } from "./extras";
import type { CodeFile } from "./file";
import { appended, block, isOwnLine, listOf } from "./lists";
import { bareExpression, nodeAt } from "./nodes";
import { indentationAt } from "./style";

type Form =
  | { readonly form: "none"; readonly behind: ts.Expression }
  | { readonly form: "literal"; readonly node: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression }
  /** Something that gives an array or an object. */
  | { readonly form: "expression"; readonly node: ts.Expression; readonly gives: "array" | "object" }
  /** A function that is named or made elsewhere. */
  | { readonly form: "function"; readonly node: ts.Expression; readonly gives: "array" | "object" };

type Function = ts.ArrowFunction | ts.FunctionExpression;

export class ThirdArgument {
  private readonly own: Function | null;
  private readonly form: Form | null;
  private readonly parameter: string;
  private isUsed = false;
  /** Names of columns that a destructured parameter is to have as well. */
  private readonly wanted = new Map<string, string>();

  constructor(
    private readonly file: CodeFile,
    call: ts.CallExpression,
    private readonly table: Table,
    private readonly takesArrays: boolean,
  ) {
    const [, columns, third] = call.arguments;
    this.own = third && isFunction(file, third) ? third : null;
    this.form = columns ? this.formOf(columns, third) : null;
    const given = this.own?.parameters[0]?.name;
    this.parameter = given && file.compiler.isIdentifier(given) ? given.text : this.newParameter(third);
  }

  /** The code that a column is called by in there. */
  column({ key }: Column): string | null {
    const { compiler } = this.file;
    const name = this.own?.parameters[0]?.name;
    this.isUsed = true;
    if (!name || compiler.isIdentifier(name)) return isIdentifier(key) ? `${this.parameter}.${key}` : `${this.parameter}[${this.file.quoted(key)}]`;
    if (!compiler.isObjectBindingPattern(name)) return null;
    for (const element of name.elements) {
      if (!compiler.isIdentifier(element.name)) continue;
      if (element.dotDotDotToken) return isIdentifier(key) ? `${element.name.text}.${key}` : null;
      const own = element.propertyName ?? element.name;
      if ((compiler.isIdentifier(own) || compiler.isStringLiteral(own)) && own.text === key) return element.name.text;
    }
    if (!isIdentifier(key)) return null;
    this.wanted.set(key, key);
    return key;
  }

  /** False where its form cannot take them. */
  write(extras: readonly ExtraCode[]): boolean {
    const { form, file } = this;
    if (!form || (this.own && this.own.parameters.length > 1)) return false;
    const { text, style } = file;
    switch (form.form) {
      case "literal": {
        const isObject = file.compiler.isObjectLiteralExpression(form.node);
        const items = isObject ? this.keyed(extras, keysOf(file, form.node)) : codes(extras);
        file.add(appended(text, listOf(file.module.tree, form.node, isObject ? form.node.properties : form.node.elements), items, style));
        break;
      }
      case "none": {
        const start = form.behind.getStart(file.module.tree);
        // Arguments that have lines of their own keep them.
        const isOwn = isOwnLine(text, start) && text.slice(start, form.behind.end).includes("\n");
        const indent = indentationAt(text, isOwn ? start : form.behind.end - 1);
        const list = this.takesArrays ? block("[", codes(extras), "]", indent, style) : block("({", this.keyed(extras, []), "})", indent, style);
        const last = form.behind.end - 1;
        // The bracket before it too: of two fixes that write here, one waits for the other.
        file.edit(last, form.behind.end, `${text[last]!},${isOwn ? `\n${indent}` : " "}${this.isUsed ? `(${this.parameter})` : "()"} => ${list}`);
        return true;
      }
      case "expression":
        this.wrap(form.node, form.gives, extras, "", this.own !== null && form.node === this.own.body);
        break;
      case "function":
        this.wrap(form.node, form.gives, extras, `(${this.parameter})`, true, `(${this.parameter}) => `);
        return true;
    }
    this.writeParameter();
    return true;
  }

  /** An element gives its place to another. */
  replace(source: Source, { code }: ExtraCode): boolean {
    const { file, form } = this;
    const node = nodeAt(file.module, source);
    const element = node && file.compiler.isPropertyAssignment(node.parent) ? node.parent : node;
    if (!node || form?.form !== "literal" || element?.parent !== form.node) return false;
    file.edit(source.start, source.end, code.replaceAll("\n", `\n${indentationAt(file.text, source.start)}`));
    dropImport(file, node);
    this.writeParameter();
    return true;
  }

  /** `[...given, index(...)]`, `{ ...given, key: index(...) }`. */
  private wrap(node: ts.Expression, gives: "array" | "object", extras: readonly ExtraCode[], call: string, isBody: boolean, before = ""): void {
    const { file } = this;
    const start = node.getStart(file.module.tree);
    const indent = indentationAt(file.text, start);
    const [open, close] = gives === "array" ? ["[", "]"] : isBody ? ["({ ", " })"] : ["{ ", " }"];
    const items = (gives === "array" ? codes(extras) : this.keyed(extras, [])).map((item) => item.replaceAll("\n", `\n${indent}`));
    const isBare = file.compiler.isIdentifier(node) || file.compiler.isCallExpression(node) || file.compiler.isPropertyAccessExpression(node);
    const given = file.text.slice(start, node.end);
    file.edit(start, node.end, `${before}${open}...${isBare || call === "" ? given : `(${given})`}${call}, ${items.join(", ")}${close}`);
  }

  private writeParameter(): void {
    const { own, file } = this;
    if (!own || !this.isUsed) return;
    const [given] = own.parameters;
    if (!given) {
      file.edit(own.parameters.pos, own.parameters.pos, this.parameter);
      return;
    }
    if (this.wanted.size === 0 || !file.compiler.isObjectBindingPattern(given.name)) return;
    file.add(appended(file.text, listOf(file.module.tree, given.name, given.name.elements), [...this.wanted.keys()], file.style));
  }

  private keyed(extras: readonly ExtraCode[], taken: readonly string[]): readonly string[] {
    const used = new Set(taken);
    return extras.map(({ name, code }) => {
      const key = freeKey(keyFor(name, this.table.name), used);
      used.add(key);
      return `${key}: ${code}`;
    });
  }

  private formOf(columns: ts.Expression, third: ts.Expression | undefined): Form | null {
    const { compiler } = this.file;
    if (!third) return { form: "none", behind: columns };
    if (!this.own) {
      const gives = this.gives();
      return gives && { form: "function", node: third, gives };
    }
    const body = compiler.isBlock(this.own.body) ? returned(this.file, this.own.body) : this.own.body;
    if (!body) return null;
    const inner = bareExpression(body, compiler);
    if (compiler.isArrayLiteralExpression(inner) || compiler.isObjectLiteralExpression(inner)) return { form: "literal", node: inner };
    const gives = this.gives();
    return gives && { form: "expression", node: body, gives };
  }

  /** What it comes to. */
  private gives(): "array" | "object" | null {
    const value = this.table.extras?.();
    return value?.kind === "array" || value?.kind === "object" ? value.kind : null;
  }

  /** As the file's other tables call it. */
  private newParameter(third: ts.Expression | undefined): string {
    const { compiler, module } = this.file;
    const found = new Map<string, number>();
    const visit = (node: ts.Node): void => {
      const own = compiler.isCallExpression(node) ? node.arguments[2] : undefined;
      const name = own && isFunction(this.file, own) ? own.parameters[0]?.name : undefined;
      if (name && compiler.isIdentifier(name)) found.set(name.text, (found.get(name.text) ?? 0) + 1);
      node.forEachChild(visit);
    };
    visit(module.tree);
    const inside = third?.getText(module.tree) ?? "";
    const [known] = [...found].sort((a, b) => b[1] - a[1]).map(([name]) => name);
    return [...(known === undefined ? [] : [known]), "table", "t", "self"].find((name) => !new RegExp(`\\b${name.replaceAll("$", "\\$")}\\b`).test(inside)) ?? "columns";
  }
}

const codes = (extras: readonly ExtraCode[]): readonly string[] => extras.map(({ code }) => code);

function isFunction({ compiler }: CodeFile, node: ts.Expression): node is Function {
  return compiler.isArrowFunction(node) || compiler.isFunctionExpression(node);
}

/** What a block returns, if it does so in one place. */
function returned({ compiler }: CodeFile, body: ts.Block): ts.Expression | null {
  const found: (ts.Expression | undefined)[] = [];
  const visit = (node: ts.Node): void => {
    if (compiler.isFunctionLike(node)) return;
    if (compiler.isReturnStatement(node)) found.push(node.expression);
    node.forEachChild(visit);
  };
  body.forEachChild(visit);
  return found.length === 1 ? (found[0] ?? null) : null;
}

function keysOf({ compiler }: CodeFile, { properties }: ts.ObjectLiteralExpression): readonly string[] {
  return properties.flatMap(({ name }) => (name && (compiler.isIdentifier(name) || compiler.isStringLiteral(name)) ? [name.text] : []));
}

const isIdentifier = (text: string): boolean => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(text);

/** `orders_user_id_idx` of table `orders` is `userIdIdx`. */
function keyFor(name: string | null, table: string): string {
  const own = name !== null && name.startsWith(`${table}_`) ? name.slice(table.length + 1) : (name ?? "extra");
  const [first, ...others] = own.match(/[\p{L}\p{N}]+/gu) ?? ["extra"];
  const key = first.charAt(0).toLowerCase() + first.slice(1) + others.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return isIdentifier(key) ? key : `_${key}`;
}

function freeKey(key: string, used: ReadonlySet<string>): string {
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? key : `${key}${i}`;
    if (!used.has(candidate)) return candidate;
  }
}
