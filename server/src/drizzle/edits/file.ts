// One file of code while a fix is written into it: its edits, and the imports that they need.

import type { TextEdit } from "../../text/edit";
import type { SourceModule } from "../module";
import type { Compiler, TypeScript as ts } from "../typescript";
import { appended, isOwnLine, listOf, removed, type List, type ListEdit } from "./lists";
import { indentationAt, literal, styleOf, type Style } from "./style";

export interface CodeEdit extends ListEdit {
  readonly file: string;
}

export const pgCore = "drizzle-orm/pg-core";
export const orm = "drizzle-orm";

/** Where the file has names of a package from. */
interface Binding {
  readonly specifier: string;
  /** The statement. */
  readonly statement: ts.Statement;
  /** `* as pg`. */
  readonly namespace: string | null;
  /** Each name that it takes, by the package's own name. */
  readonly names: ReadonlyMap<string, string>;
  readonly list: List | null;
}

export class CodeFile {
  readonly style: Style;
  private readonly edits: ListEdit[] = [];
  private readonly bindings: readonly Binding[];
  private readonly added = new Map<string, Map<string, string>>();
  private readonly dropped = new Set<string>();
  private names: ReadonlySet<string> | null = null;

  constructor(
    readonly compiler: Compiler,
    readonly module: SourceModule,
  ) {
    this.style = styleOf(module, compiler);
    this.bindings = module.tree.statements.flatMap((statement) => this.bindingsOf(statement));
  }

  get text(): string {
    return this.module.text;
  }

  edit(start: number, end: number, newText: string): void {
    this.edits.push({ range: { start, end }, newText });
  }

  add(edits: readonly ListEdit[]): void {
    this.edits.push(...edits);
  }

  quoted(text: string): string {
    return literal(text, this.style);
  }

  /** What the file calls something that a package exports; it is imported if it is not yet. */
  use(name: string, specifier: string): string {
    for (const binding of this.bindings) {
      if (binding.specifier !== specifier) continue;
      const own = binding.names.get(name) ?? (binding.namespace === null ? undefined : `${binding.namespace}.${name}`);
      if (own !== undefined) return own;
    }
    const added = this.added.get(specifier) ?? new Map<string, string>();
    this.added.set(specifier, added);
    const known = added.get(name);
    if (known !== undefined) return known;
    const local = this.declares(name) ? `pg${name[0]!.toUpperCase()}${name.slice(1)}` : name;
    added.set(name, local);
    return local;
  }

  /** What the file calls an export that it has already. */
  imported(name: string, specifier: string): string | null {
    return this.bindings.find((binding) => binding.specifier === specifier && binding.names.has(name))?.names.get(name) ?? null;
  }

  /** The package's name for something that the file calls so. */
  importedAs(local: string, specifier: string): string | null {
    for (const binding of this.bindings) {
      if (binding.specifier !== specifier) continue;
      for (const [name, own] of binding.names) if (own === local) return name;
    }
    return null;
  }

  /** A name that is used once less: its import goes with its last use. */
  drop(local: string): void {
    let uses = 0;
    const visit = (node: ts.Node): void => {
      const isMember = this.compiler.isPropertyAccessExpression(node.parent) && node.parent.name === node;
      if (this.compiler.isIdentifier(node) && node.text === local && !isMember) uses++;
      node.forEachChild(visit);
    };
    this.module.tree.forEachChild(visit);
    // In the import itself, and where it is used now.
    if (uses === 2) this.dropped.add(local);
  }

  finish(): readonly CodeEdit[] {
    const own = this.edits.length;
    for (const [specifier, names] of this.added) this.writeImport(specifier, names);
    for (const [i, edit] of this.edits.entries()) if (i >= own) this.edits[i] = { ...edit, meets: "once" };
    for (const local of this.dropped) this.removeImport(local);
    const { file } = this.module;
    return this.edits.map((edit) => ({ ...edit, file }));
  }

  /** Something else than an import has this name, somewhere in the file. */
  private declares(name: string): boolean {
    if (!this.names) {
      const { compiler } = this;
      const names = new Set<string>();
      const visit = (node: ts.Node): void => {
        const declared = compiler.isVariableDeclaration(node) || compiler.isParameter(node) || compiler.isBindingElement(node) || compiler.isFunctionDeclaration(node) || compiler.isClassDeclaration(node) || compiler.isImportSpecifier(node) ? node.name : undefined;
        if (declared && compiler.isIdentifier(declared)) names.add(declared.text);
        node.forEachChild(visit);
      };
      visit(this.module.tree);
      this.names = names;
    }
    return this.names.has(name);
  }

  private bindingsOf(statement: ts.Statement): readonly Binding[] {
    const { compiler, module } = this;
    if (compiler.isImportDeclaration(statement)) {
      const { importClause, moduleSpecifier } = statement;
      if (!importClause || importClause.phaseModifier === compiler.SyntaxKind.TypeKeyword || !compiler.isStringLiteral(moduleSpecifier)) return [];
      const { namedBindings } = importClause;
      if (!namedBindings) return [];
      const base = { specifier: moduleSpecifier.text, statement };
      if (compiler.isNamespaceImport(namedBindings)) return [{ ...base, namespace: namedBindings.name.text, names: new Map(), list: null }];
      const names = namedBindings.elements.filter(({ isTypeOnly }) => !isTypeOnly).map((element) => [(element.propertyName ?? element.name).text, element.name.text] as const);
      return [{ ...base, namespace: null, names: new Map(names), list: listOf(module.tree, namedBindings, namedBindings.elements) }];
    }
    if (!compiler.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }): readonly Binding[] => {
      if (!initializer || !compiler.isCallExpression(initializer) || !compiler.isIdentifier(initializer.expression) || initializer.expression.text !== "require") return [];
      const [specifier] = initializer.arguments;
      if (!specifier || !compiler.isStringLiteral(specifier)) return [];
      const base = { specifier: specifier.text, statement };
      if (compiler.isIdentifier(name)) return [{ ...base, namespace: name.text, names: new Map(), list: null }];
      if (!compiler.isObjectBindingPattern(name)) return [];
      const names = name.elements.flatMap((element) => {
        const key = element.propertyName ?? element.name;
        return compiler.isIdentifier(key) && compiler.isIdentifier(element.name) ? [[key.text, element.name.text] as const] : [];
      });
      return [{ ...base, namespace: null, names: new Map(names), list: listOf(module.tree, name, name.elements) }];
    });
  }

  private writeImport(specifier: string, names: ReadonlyMap<string, string>): void {
    const home = this.bindings.find((binding) => binding.specifier === specifier && binding.list !== null);
    const isRequire = this.isCommonJs(home?.statement);
    const items = [...names].map(([name, local]) => (name === local ? name : isRequire ? `${name}: ${local}` : `${name} as ${local}`)).sort(byName);
    if (home?.list) {
      if (!this.inPlace(home.list, items)) this.add(this.intoImport(home.list, items));
      return;
    }
    const { quote, semicolons, spaced } = this.style;
    const space = spaced ? " " : "";
    const list = `{${space}${items.join(", ")}${space}}`;
    const from = quote + specifier + quote;
    const line = `${isRequire ? `const ${list} = require(${from})` : `import ${list} from ${from}`}${semicolons ? ";" : ""}`;
    const before = this.bindings.find((binding) => binding.specifier === pgCore && specifier < pgCore)?.statement;
    const last = before ? undefined : this.module.tree.statements.filter((statement) => this.compiler.isImportDeclaration(statement)).at(-1) ?? this.bindings.at(-1)?.statement;
    if (last) {
      this.edit(last.end, last.end, `\n${line}`);
      return;
    }
    const at = before?.getStart(this.module.tree) ?? this.module.tree.statements[0]?.getStart(this.module.tree) ?? 0;
    this.edit(at, at, `${line}\n${before ? "" : "\n"}`);
  }

  private isCommonJs(statement: ts.Statement | undefined): boolean {
    if (statement) return !this.compiler.isImportDeclaration(statement);
    return this.bindings.length > 0 && this.bindings.every((binding) => !this.compiler.isImportDeclaration(binding.statement));
  }

  /** Where a name goes, the new one takes its place. */
  private inPlace(list: List, [item, ...others]: readonly string[]): boolean {
    const texts = list.elements.map(({ start, end }) => this.text.slice(start, end));
    const index = texts.findIndex((text) => this.dropped.has(text));
    const element = list.elements[index];
    if (item === undefined || others.length > 0 || !element || (isSorted(texts) && !isSorted(texts.with(index, item)))) return false;
    this.dropped.delete(texts[index]!);
    this.edit(element.start, element.end, item);
    return true;
  }

  /** In the alphabet's order, if the list is in that; else at its end. */
  private intoImport(list: List, items: readonly string[]): readonly TextEdit[] {
    const { text } = this;
    const texts = list.elements.map(({ start, end }) => text.slice(start, end));
    if (!isSorted(texts)) return appended(text, list, items, this.style);
    const atEnd: string[] = [];
    const edits: TextEdit[] = [];
    for (const item of items) {
      const next = list.elements.find((_, i) => byName(item, texts[i]!) < 0);
      if (!next) {
        atEnd.push(item);
        continue;
      }
      const between = isOwnLine(text, next.start) ? `,\n${indentationAt(text, next.start)}` : ", ";
      edits.push({ range: { start: next.start, end: next.start }, newText: item + between });
    }
    return [...edits, ...(atEnd.length > 0 ? appended(text, list, atEnd, this.style) : [])];
  }

  private removeImport(local: string): void {
    for (const { list } of this.bindings) {
      const index = list?.elements.findIndex(({ start, end }) => this.text.slice(start, end).split(/\s*(?:\bas\b|:)\s*/).at(-1) === local) ?? -1;
      if (!list || index < 0 || list.elements.length < 2) continue;
      const edit = removed(this.text, list, index);
      // A new name that comes behind the last one leaves it where it is.
      if (!this.edits.some(({ range }) => range.start > edit.range.start && range.start < edit.range.end)) this.add([edit]);
      return;
    }
  }
}

/** `type` names come where their names do. */
const byName = (a: string, b: string): number => nameIn(a).localeCompare(nameIn(b), "en", { sensitivity: "base" });
const isSorted = (items: readonly string[]): boolean => items.every((item, i) => i === 0 || byName(items[i - 1]!, item) <= 0);
const nameIn = (item: string): string => item.replace(/^type\s+/, "");
