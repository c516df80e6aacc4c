// Evaluates a schema's code as far as its text tells, and runs none of it: a value that depends on anything else is
// Unknown, with the reason, and whatever is made of it is no more known than that.

import { arrayMember, globalNames, hasKey, keysOf, objectMember, primitiveMember, regularExpression, typeOf } from "./builtins";
import { Keeper, Kept } from "./kept";
import { sourceOf, type SourceModule, type Source } from "./module";
import { columnOfEnum } from "./orm/columns";
import { memberOf } from "./orm/members";
import { exportsOfPackage } from "./orm/packages";
import type { Compiler, TypeScript as ts } from "./typescript";
import { array, isNothing, nothing, object, primitive, truthOf, unknown, type Binding, type FunctionValue, type ObjectValue, type Scope, type Unknown, type Value } from "./values";

/** What an import means. */
export type Resolution =
  | { readonly module: SourceModule }
  /** A package that is not part of the project; null: nothing is known of it. */
  | { readonly outside: string }
  /** It is there, and is read before the next try. */
  | { readonly wanted: string };

export interface ModuleHost {
  resolve(specifier: string, from: string): Resolution;
}

/** Deeper calls, and more steps, are given up: the code does not end, or not here. */
const deepest = 200;
const mostSteps = 400_000;

type Completion = { readonly then: "go on" | "break" | "continue" } | { readonly then: "return"; readonly value: Value } | { readonly then: "unknown"; readonly why: Unknown };
const goOn: Completion = { then: "go on" };

/** Methods that change what they are called on. */
const changingMethods: ReadonlySet<string> = new Set(["add", "clear", "delete", "fill", "pop", "push", "reverse", "set", "shift", "sort", "splice", "unshift"]);

/** What one statement declares. */
interface Part {
  readonly names: Map<string, Binding>;
  readonly exports: Map<string, Kept<Value>>;
  /** `export * from`. */
  readonly stars: string[];
  /** `module.exports = ...` of CommonJS. */
  whole: Kept<Value> | null;
}

interface ModuleState extends Part {
  module: SourceModule;
  readonly scope: Scope;
  stars: string[];
  parts: ReadonlyMap<ts.Statement, Part>;
  /** Which names there are: read by whoever looks for one that is not there, or for all. */
  readonly shape: Kept<string>;
  /** What the statements between the declarations do to them: `columns.deletedAt = ...`. */
  effects: Kept<true> | null;
}

/** Keeps what it has evaluated: after an edit only what was made of the changed statements is made again. */
export class Evaluator {
  private readonly states = new Map<string, ModuleState>();
  readonly keeper = new Keeper();
  /** Read by what needs a module that is not there yet. */
  private readonly wanted = new Kept(() => true);
  /** What an object, a builder or a table was made together with. */
  private readonly makers = new WeakMap<object, object | null>();
  private entangled = false;
  /** `+=` to `+`. */
  private readonly compound: ReadonlyMap<ts.SyntaxKind, ts.SyntaxKind>;
  /** Of modules that only use the schema. */
  private readonly uses = new WeakMap<SourceModule, Scope>();
  private readonly asked = new WeakMap<SourceModule, Kept<true>>();
  private depth = 0;
  private steps = 0;

  constructor(
    private readonly compiler: Compiler,
    private readonly host: ModuleHost,
    /** Names that the code has without an import. */
    private readonly globals: Readonly<Record<string, Value>> = globalNames,
  ) {
    const { SyntaxKind } = compiler;
    this.compound = new Map([
      [SyntaxKind.PlusEqualsToken, SyntaxKind.PlusToken],
      [SyntaxKind.MinusEqualsToken, SyntaxKind.MinusToken],
      [SyntaxKind.AsteriskEqualsToken, SyntaxKind.AsteriskToken],
      [SyntaxKind.QuestionQuestionEqualsToken, SyntaxKind.QuestionQuestionToken],
      [SyntaxKind.BarBarEqualsToken, SyntaxKind.BarBarToken],
      [SyntaxKind.AmpersandAmpersandEqualsToken, SyntaxKind.AmpersandAmpersandToken],
    ]);
  }

  /** Something changes what was made elsewhere: what is kept cannot be told from its text alone, and a reading needs another evaluator. */
  isEntangled(): boolean {
    return this.entangled;
  }

  /** Takes the modules as they are now; called before each reading but the first. */
  begin(current: (file: string) => SourceModule | undefined): void {
    this.steps = 0;
    this.keeper.drop(this.wanted);
    for (const state of this.states.values()) {
      const module = current(state.module.file);
      if (module && module !== state.module) this.declareAll(state, module);
    }
    for (const { effects } of [...this.states.values()]) if (effects) this.keeper.read(effects);
  }

  /** What a module exports, by name. `default` too, as drizzle-kit takes it. */
  exportsOf(module: SourceModule, seen: Set<string> = new Set()): ReadonlyMap<string, Value> {
    const found = new Map<string, Value>();
    if (seen.has(module.file)) return found;
    seen.add(module.file);
    const { exports, stars, whole, shape } = this.stateOf(module);
    this.keeper.note(shape);
    const object = whole && this.read(whole);
    if (object?.kind === "object") for (const [name, { value }] of object.properties) found.set(name, value);
    for (const [name, binding] of exports) found.set(name, this.read(binding));
    for (const specifier of stars) {
      const resolution = this.resolve(specifier, module);
      if (!("module" in resolution)) continue;
      for (const [name, value] of this.exportsOf(resolution.module, seen)) if (name !== "default" && !found.has(name)) found.set(name, value);
    }
    return found;
  }

  /** Every top-level table and the like of a module, exported or not, by name. */
  topLevel(module: SourceModule): ReadonlyMap<string, Value> {
    return new Map([...this.stateOf(module).names].map(([name, binding]) => [name, this.read(binding)]));
  }

  hasRead({ file }: SourceModule): boolean {
    return this.states.has(file);
  }

  /** What an expression anywhere in a module comes to: of what is local to a function, nothing is known. */
  valueIn(module: SourceModule, node: ts.Expression): Value {
    if (this.depth === 0) this.steps = 0;
    const scope = this.states.get(module.file)?.scope ?? this.uses.get(module) ?? this.useOf(module);
    return localName(this.compiler, node) ? unknown("it is local to a function") : this.value(node, scope);
  }

  /** Evaluates what stands in a module, again only once something that it comes to has changed. */
  ask(module: SourceModule, expressions: () => readonly ts.Expression[]): void {
    let asked = this.asked.get(module);
    if (!asked) {
      asked = new Kept(() => {
        for (const expression of expressions()) this.valueIn(module, expression);
        return true;
      });
      this.asked.set(module, asked);
    }
    this.keeper.read(asked);
  }

  /** A module's names, for what stands in it: nothing of it is run. */
  private useOf(module: SourceModule): Scope {
    const state = this.newState(module);
    this.declareParts(state, module);
    this.uses.set(module, state.scope);
    return state.scope;
  }

  private exportOf(module: SourceModule, name: string, seen: Set<string> = new Set()): Value | null {
    if (seen.has(module.file)) return null;
    seen.add(module.file);
    const { exports, stars, whole, shape } = this.stateOf(module);
    const own = exports.get(name);
    if (own) return this.read(own);
    this.keeper.note(shape);
    if (whole) return name === "default" ? this.read(whole) : this.member(this.read(whole), name, { module, start: 0, end: 0 });
    let lost: Value | null = null;
    for (const specifier of stars) {
      const resolution = this.resolve(specifier, module);
      const value = "module" in resolution ? this.exportOf(resolution.module, name, seen) : "outside" in resolution ? (exportsOfPackage(resolution.outside)?.[name] ?? null) : unknown(`${specifier} is not read yet`);
      if (value && value.kind !== "unknown") return value;
      lost ??= value;
    }
    return lost;
  }

  private resolve(specifier: string, { file }: SourceModule): Resolution {
    const resolution = this.host.resolve(specifier, file);
    if ("wanted" in resolution) this.keeper.note(this.wanted);
    return resolution;
  }

  private read(binding: Binding): Value {
    if (binding instanceof Kept) {
      const value = this.keeper.read(binding);
      if (value) return value;
      this.entangled = true;
    } else {
      if (binding.value) return binding.value;
      const { make } = binding;
      binding.make = null;
      if (make) return (binding.value = make());
    }
    return unknown("it is used before it has a value");
  }

  private scopeWithin(parent: Scope): Scope {
    return { module: parent.module, parent, names: new Map(), maker: this.keeper.current };
  }

  /** A name of a module, or of a call. */
  private binding({ parent }: Scope, make: () => Value): Binding {
    return parent === null ? new Kept(make) : { value: null, make };
  }

  private newState(module: SourceModule): ModuleState {
    const names = new Map<string, Binding>();
    return { module, scope: { module, parent: null, names, maker: null }, names, exports: new Map(), stars: [], whole: null, parts: new Map(), shape: new Kept(() => ""), effects: null };
  }

  private stateOf(module: SourceModule): ModuleState {
    const known = this.states.get(module.file);
    if (known) return known;
    const state = this.newState(module);
    this.states.set(module.file, state);
    this.declareAll(state, module);
    if (state.effects) this.keeper.read(state.effects);
    return state;
  }

  private declareAll(state: ModuleState, module: SourceModule): void {
    this.declareParts(state, module);
    const doing = module.file.endsWith(".json") ? [] : module.statements.flatMap(({ node }) => (this.changesSomething(node) ? [node] : []));
    if (state.effects) this.keeper.drop(state.effects);
    state.effects = doing.length === 0 ? null : new Kept(() => {
      for (const statement of doing) this.execute(statement, state.scope);
      return true;
    });
  }

  /** What a statement declares that has not changed stays; the rest goes, with all that was made of it. */
  private declareParts(state: ModuleState, module: SourceModule): void {
    const { scope, names, exports, shape } = state;
    const before = state.parts;
    const parts = new Map<ts.Statement, Part>();
    for (const { node } of module.statements) {
      let part = before.get(node);
      if (!part) this.declare(node, scope, (part = { names: new Map(), exports: new Map(), stars: [], whole: null }));
      parts.set(node, part);
    }
    for (const [node, part] of before) if (!parts.has(node)) for (const binding of [...part.names.values(), ...part.exports.values(), part.whole]) if (binding instanceof Kept) this.keeper.drop(binding);
    const meant = [[names, [...names]], [exports, [...exports]]] as const;
    names.clear();
    exports.clear();
    state.stars = [];
    state.whole = null;
    for (const part of parts.values()) {
      for (const [name, binding] of part.names) names.set(name, binding);
      for (const [name, binding] of part.exports) exports.set(name, binding);
      state.stars.push(...part.stars);
      state.whole = part.whole ?? state.whole;
    }
    // Of a name that stands twice: whoever read the one may mean the other now.
    for (const [of, earlier] of meant) for (const [name, binding] of earlier) if (binding instanceof Kept && of.get(name) !== binding) this.keeper.drop(binding);
    state.parts = parts;
    state.module = module;
    const shaped = JSON.stringify([[...names.keys()], [...exports.keys()], state.stars, state.whole !== null]);
    if (shape.value !== shaped) this.keeper.drop(shape);
    shape.value = shaped;
  }

  private changesSomething(statement: ts.Statement): boolean {
    const { compiler } = this;
    if (!compiler.isExpressionStatement(statement)) return compiler.isIfStatement(statement) || compiler.isIterationStatement(statement, false) || compiler.isBlock(statement) || compiler.isSwitchStatement(statement) || compiler.isTryStatement(statement);
    const node = statement.expression;
    return (compiler.isBinaryExpression(node) && node.operatorToken.kind === compiler.SyntaxKind.EqualsToken) || (compiler.isCallExpression(node) && compiler.isPropertyAccessExpression(node.expression));
  }

  private declare(statement: ts.Statement, scope: Scope, part: Part): void {
    const { compiler } = this;
    const { names, exports } = part;
    if (scope.module.file.endsWith(".json")) {
      if (compiler.isExpressionStatement(statement)) part.whole = new Kept(() => this.value(statement.expression, scope));
    } else if (compiler.isImportDeclaration(statement)) {
      this.declareImports(statement, scope, names);
    } else if (compiler.isExportDeclaration(statement)) {
      this.declareReexports(statement, scope, part);
    } else if (compiler.isExportAssignment(statement)) {
      exports.set("default", new Kept(() => this.value(statement.expression, scope)));
    } else if (!this.declareCommonJs(statement, scope, part)) {
      const declared = this.hoist(statement, scope, names);
      if (!compiler.canHaveModifiers(statement) || compiler.getModifiers(statement)?.some(({ kind }) => kind === compiler.SyntaxKind.ExportKeyword) !== true) return;
      const isDefault = compiler.getModifiers(statement)?.some(({ kind }) => kind === compiler.SyntaxKind.DefaultKeyword) === true;
      for (const name of declared) exports.set(isDefault ? "default" : name, names.get(name) as Kept<Value>);
    }
  }

  /** `module.exports = ...` and `exports.name = ...`. */
  private declareCommonJs(statement: ts.Statement, scope: Scope, part: Part): boolean {
    const { compiler } = this;
    if (!compiler.isExpressionStatement(statement) || !compiler.isBinaryExpression(statement.expression)) return false;
    const { left, operatorToken, right } = statement.expression;
    if (operatorToken.kind !== compiler.SyntaxKind.EqualsToken || !compiler.isPropertyAccessExpression(left)) return false;
    const isExports = (node: ts.Expression): boolean =>
      compiler.isIdentifier(node) ? node.text === "exports" : compiler.isPropertyAccessExpression(node) && compiler.isIdentifier(node.expression) && node.expression.text === "module" && node.name.text === "exports";
    const value = new Kept(() => this.value(right, scope));
    if (isExports(left)) part.whole = value;
    else if (isExports(left.expression)) part.exports.set(left.name.text, value);
    else return false;
    return true;
  }

  private declareImports({ importClause, moduleSpecifier }: ts.ImportDeclaration, scope: Scope, names: Map<string, Binding>): void {
    const { compiler } = this;
    if (!importClause || importClause.phaseModifier === compiler.SyntaxKind.TypeKeyword || !compiler.isStringLiteral(moduleSpecifier)) return;
    const specifier = moduleSpecifier.text;
    const from = (name: string): Binding => new Kept(() => this.imported(scope.module, specifier, name));
    if (importClause.name) names.set(importClause.name.text, from("default"));
    const { namedBindings } = importClause;
    if (!namedBindings) return;
    if (compiler.isNamespaceImport(namedBindings)) {
      names.set(namedBindings.name.text, new Kept(() => this.namespace(scope.module, specifier)));
      return;
    }
    for (const element of namedBindings.elements) if (!element.isTypeOnly) names.set(element.name.text, from((element.propertyName ?? element.name).text));
  }

  private declareReexports({ exportClause, moduleSpecifier, isTypeOnly }: ts.ExportDeclaration, scope: Scope, { exports, stars }: Part): void {
    const { compiler } = this;
    if (isTypeOnly) return;
    const specifier = moduleSpecifier && compiler.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : null;
    if (!exportClause) {
      if (specifier !== null) stars.push(specifier);
      return;
    }
    if (compiler.isNamespaceExport(exportClause)) {
      if (specifier !== null) exports.set(exportClause.name.text, new Kept(() => this.namespace(scope.module, specifier)));
      return;
    }
    for (const element of exportClause.elements) {
      if (element.isTypeOnly) continue;
      const own = (element.propertyName ?? element.name).text;
      exports.set(element.name.text, new Kept(() => (specifier === null ? this.lookUp(own, scope, null) : this.imported(scope.module, specifier, own))));
    }
  }

  private imported(module: SourceModule, specifier: string, name: string): Value {
    const resolution = this.resolve(specifier, module);
    if ("module" in resolution) return this.exportOf(resolution.module, name) ?? unknown(`${specifier} exports no ${name}`);
    if ("wanted" in resolution) return unknown(`${specifier} is not read yet`);
    return exportsOfPackage(resolution.outside)?.[name] ?? unknown(`${name} comes from ${specifier}, which is not read`);
  }

  private namespace(module: SourceModule, specifier: string): Value {
    const resolution = this.resolve(specifier, module);
    if ("module" in resolution) return object(this.exportsOf(resolution.module));
    if ("wanted" in resolution) return unknown(`${specifier} is not read yet`);
    const known = exportsOfPackage(resolution.outside);
    return known ? object(Object.entries(known), unknown(`it is not known here what ${specifier} exports by that name`)) : unknown(`${specifier} is not read`);
  }

  /** Enters what a statement declares; values are made when they are asked for. Gives the names. */
  private hoist(statement: ts.Statement, scope: Scope, names = scope.names): readonly string[] {
    const { compiler } = this;
    if (compiler.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap((declaration) => this.hoistVariable(declaration, scope, names));
    if (compiler.isFunctionDeclaration(statement)) {
      const name = statement.name?.text ?? "default";
      // Overload signatures have no body.
      if (statement.body) names.set(name, this.binding(scope, () => ({ kind: "function", node: statement, scope })));
      return names.has(name) ? [name] : [];
    }
    if (compiler.isEnumDeclaration(statement)) {
      names.set(statement.name.text, this.binding(scope, () => this.enumObject(statement, scope)));
      return [statement.name.text];
    }
    if (compiler.isClassDeclaration(statement) && statement.name) {
      const { text } = statement.name;
      names.set(text, this.binding(scope, () => unknown(`class ${text} is not evaluated`, sourceOf(statement))));
      return [text];
    }
    return [];
  }

  private hoistVariable({ name, initializer }: ts.VariableDeclaration, scope: Scope, names = scope.names): readonly string[] {
    const { compiler } = this;
    const value = (): Value => (initializer ? this.value(initializer, scope) : nothing);
    if (compiler.isIdentifier(name)) {
      names.set(name.text, this.binding(scope, value));
      return [name.text];
    }
    const whole = this.binding(scope, value);
    const declared: string[] = [];
    this.eachName(name, (identifier, pick) => {
      declared.push(identifier);
      names.set(identifier, this.binding(scope, () => pick(this.read(whole), scope)));
    });
    return declared;
  }

  /** The names of a pattern, with the way to each one's value. */
  private eachName(pattern: ts.BindingPattern, enter: (name: string, pick: (value: Value, scope: Scope) => Value) => void): void {
    const { compiler } = this;
    const taken: string[] = [];
    pattern.elements.forEach((element, index) => {
      if (compiler.isOmittedExpression(element)) return;
      const key = compiler.isObjectBindingPattern(pattern) ? element.propertyName ?? element.name : null;
      const keyName = key && (compiler.isIdentifier(key) || compiler.isStringLiteral(key)) ? key.text : null;
      const pick = (value: Value, scope: Scope): Value => {
        let picked: Value;
        if (element.dotDotDotToken) picked = key === null ? this.restOfArray(value, index) : this.restOfObject(value, taken);
        else if (key === null) picked = value.kind === "array" ? (value.items[index] ?? value.rest ?? nothing) : unknown("an element of something that is no array");
        else picked = keyName === null ? unknown("a key that is computed") : this.member(value, keyName, sourceOf(element));
        return element.initializer && picked.kind === "primitive" && picked.value === undefined ? this.value(element.initializer, scope) : picked;
      };
      if (keyName !== null) taken.push(keyName);
      if (compiler.isIdentifier(element.name)) enter(element.name.text, pick);
      else this.eachName(element.name, (name, inner) => { enter(name, (value, scope) => inner(pick(value, scope), scope)); });
    });
  }

  private restOfArray(value: Value, from: number): Value {
    return value.kind === "array" ? { ...array(value.items.slice(from)), rest: value.rest } : unknown("the rest of something that is no array");
  }

  private restOfObject(value: Value, without: readonly string[]): Value {
    if (value.kind === "table") return this.restOfObject(object([...value.table.columns].map(([key, column]) => [key, { kind: "column", column }]), value.table.unknown), without);
    if (value.kind !== "object") return value.kind === "unknown" ? value : unknown("the rest of something that is no object");
    return { kind: "object", properties: new Map([...value.properties].filter(([key]) => !without.includes(key))), rest: value.rest };
  }

  private enumObject(node: ts.EnumDeclaration, scope: Scope): Value {
    const { compiler } = this;
    const made = object([]);
    let next = 0;
    for (const { name, initializer } of node.members) {
      const key = compiler.isIdentifier(name) || compiler.isStringLiteral(name) ? name.text : "";
      const value = initializer ? this.value(initializer, { ...scope, parent: scope, names: new Map([...made.properties].map(([own, property]) => [own, { value: property.value, make: null }])) }) : primitive(next);
      if (value.kind === "primitive" && typeof value.value === "number") next = value.value + 1;
      made.properties.set(key, { value, source: null });
    }
    return made;
  }

  private lookUp(name: string, scope: Scope, source: Source | null): Value {
    for (let at: Scope | null = scope; at; at = at.parent) {
      const binding = at.names.get(name);
      if (binding) return this.read(binding);
      const state = at.parent === null ? this.states.get(at.module.file) : undefined;
      if (state) this.keeper.note(state.shape);
    }
    return this.globals[name] ?? unknown(`${name} is not known here`, source);
  }

  private isTooLong(): boolean {
    if (++this.steps <= mostSteps && this.depth <= deepest) return false;
    // Where it ends depends on what was evaluated before.
    this.entangled = true;
    return true;
  }

  value(node: ts.Expression, scope: Scope): Value {
    if (this.isTooLong()) return unknown("the code is too long to follow", sourceOf(node));
    this.depth++;
    try {
      return this.evaluate(node, scope);
    } finally {
      this.depth--;
    }
  }

  private evaluate(node: ts.Expression, scope: Scope): Value {
    const { compiler } = this;
    const source = (): Source => sourceOf(node);
    if (compiler.isStringLiteral(node) || compiler.isNoSubstitutionTemplateLiteral(node)) return primitive(node.text, source());
    if (compiler.isIdentifier(node)) return node.text === "undefined" ? nothing : this.lookUp(node.text, scope, source());
    if (compiler.isCallExpression(node)) return this.callExpression(node, scope);
    if (compiler.isPropertyAccessExpression(node)) {
      const owner = this.value(node.expression, scope);
      return node.questionDotToken && isNothing(owner) ? nothing : this.member(owner, node.name.text, source());
    }
    if (compiler.isObjectLiteralExpression(node)) return this.made(this.objectLiteral(node, scope));
    if (compiler.isArrayLiteralExpression(node)) return this.made(this.arrayLiteral(node.elements, scope));
    if (compiler.isArrowFunction(node) || compiler.isFunctionExpression(node)) return { kind: "function", node, scope };
    if (compiler.isNumericLiteral(node)) return primitive(Number(node.text), source());
    if (compiler.isBigIntLiteral(node)) return primitive(BigInt(node.text.slice(0, -1)), source());
    if (compiler.isTaggedTemplateExpression(node)) return this.taggedTemplate(node, scope);
    if (compiler.isTemplateExpression(node)) return this.template(node, scope);
    if (compiler.isParenthesizedExpression(node) || compiler.isAsExpression(node) || compiler.isSatisfiesExpression(node) || compiler.isNonNullExpression(node) || compiler.isTypeAssertionExpression(node)) return this.value(node.expression, scope);
    if (compiler.isElementAccessExpression(node)) return this.elementAccess(node, scope);
    if (compiler.isConditionalExpression(node)) {
      const truth = truthOf(this.value(node.condition, scope));
      return truth === null ? unknown("which of two values it is depends on something that is not known", source()) : this.value(truth ? node.whenTrue : node.whenFalse, scope);
    }
    if (compiler.isBinaryExpression(node)) return this.binary(node, scope);
    if (compiler.isPrefixUnaryExpression(node) || compiler.isPostfixUnaryExpression(node)) return this.unary(node, scope);
    if (compiler.isTypeOfExpression(node)) return typeOf(this.value(node.expression, scope));
    if (compiler.isNewExpression(node)) return this.constructed(node, scope);
    switch (node.kind) {
      case compiler.SyntaxKind.TrueKeyword:
        return primitive(true, source());
      case compiler.SyntaxKind.FalseKeyword:
        return primitive(false, source());
      case compiler.SyntaxKind.NullKeyword:
        return primitive(null, source());
      case compiler.SyntaxKind.RegularExpressionLiteral: {
        const of = regularExpression(node.getText());
        return of ? { ...object([]), of } : unknown("a regular expression that may take long is not run", source());
      }
      default:
        return unknown("this kind of expression is not evaluated", source());
    }
  }

  private objectLiteral(node: ts.ObjectLiteralExpression, scope: Scope): Value {
    const { compiler } = this;
    const made: ObjectValue = object([]);
    const set = (name: ts.PropertyName, value: Value): void => {
      const key = this.keyOf(name, scope);
      if (key === null) made.rest = unknown("a key of it is computed", sourceOf(name));
      else made.properties.set(key, { value, source: sourceOf(name) });
    };
    for (const property of node.properties) {
      if (compiler.isPropertyAssignment(property)) set(property.name, this.value(property.initializer, scope));
      else if (compiler.isShorthandPropertyAssignment(property)) set(property.name, this.lookUp(property.name.text, scope, sourceOf(property)));
      else if (compiler.isMethodDeclaration(property)) set(property.name, { kind: "function", node: property, scope });
      else if (compiler.isSpreadAssignment(property)) this.spreadInto(made, this.value(property.expression, scope));
      else set(property.name, unknown("a getter is not evaluated", sourceOf(property)));
    }
    return made;
  }

  private spreadInto(made: ObjectValue, value: Value): void {
    if (value.kind === "object") {
      for (const [key, property] of value.properties) made.properties.set(key, property);
      made.rest ??= value.rest;
    } else if (value.kind === "table") {
      for (const [key, column] of value.table.columns) made.properties.set(key, { value: { kind: "column", column }, source: column.keySource });
      made.rest ??= value.table.unknown;
    } else if (value.kind === "unknown") {
      made.rest ??= value;
    } else if (value.kind === "array") {
      value.items.forEach((item, i) => made.properties.set(String(i), { value: item, source: null }));
    } else if (value.kind !== "primitive") {
      made.rest ??= unknown("something that is no object is spread into it");
    }
  }

  private keyOf(name: ts.PropertyName, scope: Scope): string | null {
    const { compiler } = this;
    if (compiler.isIdentifier(name) || compiler.isStringLiteral(name) || compiler.isNumericLiteral(name) || compiler.isNoSubstitutionTemplateLiteral(name)) return name.text;
    if (!compiler.isComputedPropertyName(name)) return null;
    const key = this.value(name.expression, scope);
    return key.kind === "primitive" && key.value !== undefined && key.value !== null ? String(key.value) : null;
  }

  private arrayLiteral(elements: readonly ts.Expression[], scope: Scope): Value {
    const { items, open } = this.list(elements, scope);
    return { ...array(items), rest: open };
  }

  /** Values of arguments or elements, spreads resolved; `open`: one of the spreads is not known. */
  private list(elements: readonly ts.Expression[], scope: Scope): { readonly items: readonly Value[]; readonly sources: readonly Source[]; readonly open: Unknown | null } {
    const { compiler } = this;
    const items: Value[] = [];
    const sources: Source[] = [];
    let open: Unknown | null = null;
    for (const element of elements) {
      const source = sourceOf(element);
      if (!compiler.isSpreadElement(element)) {
        items.push(compiler.isOmittedExpression(element) ? nothing : this.value(element, scope));
        sources.push(source);
        continue;
      }
      const value = this.value(element.expression, scope);
      if (value.kind === "array") {
        items.push(...value.items);
        sources.push(...value.items.map(() => source));
        open ??= value.rest;
      } else {
        open ??= value.kind === "unknown" ? value : unknown("something that is no array is spread into it", source);
      }
    }
    return { items, sources, open };
  }

  private callExpression(node: ts.CallExpression, scope: Scope): Value {
    const { compiler } = this;
    const { expression } = node;
    let callee: Value;
    let member: ts.Node = node;
    let owner: Value | null = null;
    if (compiler.isPropertyAccessExpression(expression)) {
      owner = this.value(expression.expression, scope);
      if ((expression.questionDotToken ?? node.questionDotToken) && isNothing(owner)) return nothing;
      callee = this.member(owner, expression.name.text, sourceOf(expression));
      member = expression.name;
    } else if (compiler.isIdentifier(expression) && expression.text === "require" && node.arguments.length === 1 && compiler.isStringLiteral(node.arguments[0]!)) {
      return this.namespace(scope.module, node.arguments[0].text);
    } else {
      callee = this.value(expression, scope);
    }
    if (node.questionDotToken && isNothing(callee)) return nothing;
    const { items, sources, open } = this.list(node.arguments, scope);
    const source = sourceOf(node);
    if (callee.kind === "native") this.noteChange(callee.name, owner, items);
    return this.made(this.call(callee, items, { source, sources, open, member: sourceOf(node, member.getStart()) }));
  }

  /** What a call of Drizzle's or JavaScript's own changes. */
  private noteChange(called: string, owner: Value | null, [first]: readonly Value[]): void {
    if (called === "link") this.entangled = true;
    else if (called === "Object.assign" && first) this.changes(first);
    else if (owner && (owner.kind === "array" || owner.kind === "object" ? changingMethods.has(called) : changeableOf(owner) !== null)) this.changes(owner);
  }

  /** Remembers what made a value that may be changed later, and gives it. */
  private made(value: Value): Value {
    const changeable = changeableOf(value);
    if (changeable && !this.makers.has(changeable)) this.makers.set(changeable, this.keeper.current);
    // A builder has its name from the first table that it stands in.
    if (value.kind === "table") for (const [key, column] of value.table.columns) if (column.key !== key) this.entangled = true;
    return value;
  }

  /** Called before a value is changed. */
  private changes(value: Value): void {
    const changeable = changeableOf(value);
    if (changeable && this.makers.get(changeable) !== this.keeper.current) this.entangled = true;
  }

  /** Never throws; what cannot be followed is Unknown. */
  call(callee: Value, args: readonly Value[], at: { readonly source: Source; readonly sources: readonly Source[]; readonly open: Unknown | null; readonly member: Source }): Value {
    if (callee.kind === "native") return callee.call({ args, ...at, run: (inner, innerArgs) => this.call(inner, innerArgs, at) });
    if (callee.kind === "unknown") return unknown(callee.reason, at.source);
    if (callee.kind === "enum") return columnOfEnum(callee.enum, { args, ...at, run: (inner, innerArgs) => this.call(inner, innerArgs, at) });
    if (callee.kind !== "function") return unknown("what is called is no function", at.source);
    if (this.isTooLong()) return unknown("the code is too long to follow", at.source);
    this.depth++;
    try {
      return this.run(callee, args, at.open);
    } finally {
      this.depth--;
    }
  }

  private run({ node, scope: outer }: FunctionValue, args: readonly Value[], open: Unknown | null): Value {
    const { compiler } = this;
    const scope = this.scopeWithin(outer);
    node.parameters.forEach(({ name, initializer, dotDotDotToken }, i) => {
      let value: Value = dotDotDotToken ? { ...array(args.slice(i)), rest: open } : (args[i] ?? open ?? nothing);
      if (initializer && value.kind === "primitive" && value.value === undefined) value = this.value(initializer, scope);
      if (compiler.isIdentifier(name)) scope.names.set(name.text, { value, make: null });
      else this.eachName(name, (identifier, pick) => scope.names.set(identifier, { value: pick(value, scope), make: null }));
    });
    const { body } = node;
    if (!body) return unknown("a function without a body", sourceOf(node));
    if (!compiler.isBlock(body)) return this.value(body, scope);
    const ended = this.block(body.statements, scope);
    if (ended.then === "return") return ended.value;
    return ended.then === "unknown" ? ended.why : nothing;
  }

  private block(statements: readonly ts.Statement[], scope: Scope): Completion {
    for (const statement of statements) if (this.compiler.isFunctionDeclaration(statement)) this.hoist(statement, scope);
    for (const statement of statements) {
      const ended = this.execute(statement, scope);
      if (ended.then !== "go on") return ended;
    }
    return goOn;
  }

  private execute(statement: ts.Statement, scope: Scope): Completion {
    const ended = this.follow(statement, scope);
    if (ended.then === "unknown") this.lose(statement, scope, ended.why);
    return ended;
  }

  /** What a statement would have changed, had it been followed, is not known in full any more. */
  private lose(statement: ts.Statement, scope: Scope, why: Unknown): void {
    const { compiler } = this;
    const { FirstAssignment, LastAssignment } = compiler.SyntaxKind;
    const loseFrom = (node: ts.Expression, method: string | null = null): void => {
      const value = this.value(node, scope);
      const isList = value.kind === "object" || value.kind === "array";
      if (isList ? method !== null && !changingMethods.has(method) : value.kind !== "columnBuilder" && (value.kind !== "table" || method !== "enableRLS")) return;
      this.changes(value);
      if (isList) value.rest ??= why;
      else if (value.kind === "columnBuilder") value.builder.unknown ??= why;
      else if (value.kind === "table") value.table.unknown ??= why;
    };
    const visit = (node: ts.Node): void => {
      if (compiler.isBinaryExpression(node) && node.operatorToken.kind >= FirstAssignment && node.operatorToken.kind <= LastAssignment) {
        if (compiler.isIdentifier(node.left)) this.setName(node.left.text, why, scope);
        else if (compiler.isPropertyAccessExpression(node.left) || compiler.isElementAccessExpression(node.left)) loseFrom(node.left.expression);
      } else if (compiler.isCallExpression(node) && compiler.isPropertyAccessExpression(node.expression)) {
        const method = node.expression.name.text;
        if (method === "assign" && node.arguments[0]) loseFrom(node.arguments[0]);
        else loseFrom(node.expression.expression, method);
      } else if (compiler.isDeleteExpression(node) && compiler.isPropertyAccessExpression(node.expression)) {
        loseFrom(node.expression.expression);
      }
      compiler.forEachChild(node, visit);
    };
    visit(statement);
  }

  private setName(name: string, value: Value, scope: Scope): void {
    for (let at: Scope | null = scope; at; at = at.parent) {
      const binding = at.names.get(name);
      if (!binding) continue;
      if (at.maker !== this.keeper.current || at.parent === null) this.entangled = true;
      if (!(binding instanceof Kept)) binding.make = null;
      binding.value = value;
      return;
    }
  }

  private follow(statement: ts.Statement, scope: Scope): Completion {
    const { compiler } = this;
    const inner = (): Scope => (this.scopeWithin(scope));
    if (compiler.isReturnStatement(statement)) return { then: "return", value: statement.expression ? this.value(statement.expression, scope) : nothing };
    if (compiler.isVariableStatement(statement)) {
      for (const name of this.hoist(statement, scope)) this.read(scope.names.get(name)!);
      return goOn;
    }
    if (compiler.isExpressionStatement(statement)) {
      this.value(statement.expression, scope);
      return goOn;
    }
    if (compiler.isIfStatement(statement)) {
      const truth = truthOf(this.value(statement.expression, scope));
      if (truth === null) return { then: "unknown", why: unknown("a condition in it is not known", sourceOf(statement.expression)) };
      const taken = truth ? statement.thenStatement : statement.elseStatement;
      return taken ? this.execute(taken, inner()) : goOn;
    }
    if (compiler.isBlock(statement)) return this.block(statement.statements, inner());
    if (compiler.isForOfStatement(statement) || compiler.isForInStatement(statement)) return this.forEachOf(statement, scope);
    if (compiler.isForStatement(statement)) return this.counted(statement, inner());
    if (compiler.isThrowStatement(statement)) return { then: "unknown", why: unknown("it ends in an error", sourceOf(statement)) };
    if (compiler.isFunctionDeclaration(statement) || compiler.isEmptyStatement(statement) || compiler.isTypeAliasDeclaration(statement) || compiler.isInterfaceDeclaration(statement)) return goOn;
    if (compiler.isContinueStatement(statement)) return { then: "continue" };
    if (compiler.isBreakStatement(statement)) return { then: "break" };
    if (compiler.isSwitchStatement(statement)) return this.switched(statement, inner());
    return { then: "unknown", why: unknown("a statement in it is not followed", sourceOf(statement)) };
  }

  private counted({ initializer, condition, incrementor, statement }: ts.ForStatement, scope: Scope): Completion {
    const { compiler } = this;
    if (initializer && compiler.isVariableDeclarationList(initializer)) for (const declaration of initializer.declarations) for (const name of this.hoistVariable(declaration, scope)) this.read(scope.names.get(name)!);
    else if (initializer) this.value(initializer, scope);
    for (;;) {
      const truth = condition ? truthOf(this.value(condition, scope)) : true;
      if (truth === null || this.steps > mostSteps) return { then: "unknown", why: unknown("it is not known how often a loop runs", sourceOf(statement)) };
      if (!truth) return goOn;
      const ended = this.execute(statement, this.scopeWithin(scope));
      if (ended.then === "break") return goOn;
      if (ended.then === "return" || ended.then === "unknown") return ended;
      if (incrementor) this.value(incrementor, scope);
    }
  }

  /** `for (... of ...)` and `for (... in ...)`. */
  private forEachOf(statement: ts.ForOfStatement | ts.ForInStatement, scope: Scope): Completion {
    const { compiler } = this;
    const over = this.value(statement.expression, scope);
    const items = compiler.isForInStatement(statement) ? keysOf(over) : over;
    const lost = (): Completion => ({ then: "unknown", why: unknown("a loop in it runs over something that is not known", sourceOf(statement.expression)) });
    const { initializer } = statement;
    if (items.kind !== "array" || items.rest || !compiler.isVariableDeclarationList(initializer)) return lost();
    const { name } = initializer.declarations[0]!;
    for (const item of items.items) {
      const inner: Scope = this.scopeWithin(scope);
      if (compiler.isIdentifier(name)) inner.names.set(name.text, { value: item, make: null });
      else this.eachName(name, (identifier, pick) => inner.names.set(identifier, { value: pick(item, inner), make: null }));
      const ended = this.execute(statement.statement, inner);
      if (ended.then === "break") return goOn;
      if (ended.then === "return" || ended.then === "unknown") return ended;
    }
    return goOn;
  }

  private switched(statement: ts.SwitchStatement, scope: Scope): Completion {
    const { compiler } = this;
    const on = this.value(statement.expression, scope);
    const lost: Completion = { then: "unknown", why: unknown("a condition in it is not known", sourceOf(statement.expression)) };
    if (on.kind !== "primitive") return lost;
    const { clauses } = statement.caseBlock;
    let from = clauses.findIndex((clause) => {
      if (!compiler.isCaseClause(clause)) return false;
      const value = this.value(clause.expression, scope);
      return value.kind === "primitive" && value.value === on.value;
    });
    if (from === -1) from = clauses.findIndex((clause) => compiler.isDefaultClause(clause));
    if (from === -1) return goOn;
    const ended = this.block(clauses.slice(from).flatMap((clause) => [...clause.statements]), scope);
    return ended.then === "break" ? goOn : ended;
  }

  private member(owner: Value, name: string, source: Source): Value {
    switch (owner.kind) {
      case "unknown":
        return unknown(owner.reason, source);
      case "primitive":
        return owner.value === null || owner.value === undefined ? unknown(`${name} of nothing`, source) : primitiveMember(owner, name, source);
      case "object":
        return objectMember(owner, name, source);
      case "array":
        return arrayMember(owner, name, source);
      case "native":
        return owner.members?.[name] ?? unknown(`${owner.name}.${name} is not known here`, source);
      case "function":
        return unknown(`${name} of a function`, source);
      default:
        return memberOf(owner, name, source);
    }
  }

  private elementAccess(node: ts.ElementAccessExpression, scope: Scope): Value {
    const owner = this.value(node.expression, scope);
    const key = this.value(node.argumentExpression, scope);
    const source = sourceOf(node);
    if (key.kind !== "primitive" || key.value === null || key.value === undefined) return unknown("an element whose key is not known", source);
    if (owner.kind === "array" && typeof key.value === "number") return owner.items[key.value] ?? owner.rest ?? nothing;
    return this.member(owner, String(key.value), source);
  }

  private binary(node: ts.BinaryExpression, scope: Scope): Value {
    const { kind } = node.operatorToken;
    if (kind === this.compiler.SyntaxKind.EqualsToken) return this.assign(node.left, this.value(node.right, scope), scope);
    const compound = this.compound.get(kind);
    if (compound !== undefined) return this.assign(node.left, this.operation(node, compound, scope), scope);
    return this.operation(node, kind, scope);
  }

  private operation(node: ts.BinaryExpression, kind: ts.SyntaxKind, scope: Scope): Value {
    const { SyntaxKind } = this.compiler;
    const source = (): Source => sourceOf(node);
    const left = this.value(node.left, scope);
    if (kind === SyntaxKind.QuestionQuestionToken) return left.kind === "unknown" ? left : isNothing(left) ? this.value(node.right, scope) : left;
    if (kind === SyntaxKind.AmpersandAmpersandToken || kind === SyntaxKind.BarBarToken) {
      const truth = truthOf(left);
      if (truth === null) return unknown("one side of it is not known", source());
      return truth === (kind === SyntaxKind.AmpersandAmpersandToken) ? this.value(node.right, scope) : left;
    }
    const right = this.value(node.right, scope);
    if (kind === SyntaxKind.InKeyword) return left.kind === "primitive" ? hasKey(right, String(left.value)) : unknown("a key that is not known", source());
    if (left.kind === "unknown" || right.kind === "unknown") return unknown("one side of it is not known", source());
    if (left.kind !== "primitive" || right.kind !== "primitive") {
      // Two values that are not made of text are the same only where they are one.
      const same = left === right ? true : left.kind !== right.kind ? false : null;
      if (same !== null && kind === SyntaxKind.EqualsEqualsEqualsToken) return primitive(same);
      if (same !== null && kind === SyntaxKind.ExclamationEqualsEqualsToken) return primitive(!same);
      return unknown("an operation that is not followed", source());
    }
    const [a, b] = [left.value, right.value];
    switch (kind) {
      case SyntaxKind.PlusToken:
        if (typeof a === "number" && typeof b === "number") return primitive(a + b);
        return typeof a === "string" || typeof b === "string" ? primitive(String(a) + String(b)) : unknown("a sum of other things", source());
      case SyntaxKind.EqualsEqualsEqualsToken:
        return primitive(a === b);
      case SyntaxKind.ExclamationEqualsEqualsToken:
        return primitive(a !== b);
      case SyntaxKind.EqualsEqualsToken:
      case SyntaxKind.ExclamationEqualsToken: {
        const nothingOnOneSide = isNothing(left) || isNothing(right);
        if (!nothingOnOneSide && typeof a !== typeof b) return unknown("a comparison of other things", source());
        const same = nothingOnOneSide ? isNothing(left) && isNothing(right) : a === b;
        return primitive(kind === SyntaxKind.EqualsEqualsToken ? same : !same);
      }
      default:
    }
    if (typeof a !== "number" || typeof b !== "number") return unknown("an operation that is not followed", source());
    switch (kind) {
      case SyntaxKind.MinusToken:
        return primitive(a - b);
      case SyntaxKind.AsteriskToken:
        return primitive(a * b);
      case SyntaxKind.SlashToken:
        return primitive(a / b);
      case SyntaxKind.PercentToken:
        return primitive(a % b);
      case SyntaxKind.AsteriskAsteriskToken:
        return primitive(a ** b);
      case SyntaxKind.LessThanToken:
        return primitive(a < b);
      case SyntaxKind.GreaterThanToken:
        return primitive(a > b);
      case SyntaxKind.LessThanEqualsToken:
        return primitive(a <= b);
      case SyntaxKind.GreaterThanEqualsToken:
        return primitive(a >= b);
      default:
        return unknown("an operation that is not followed", source());
    }
  }

  private assign(left: ts.Expression, value: Value, scope: Scope): Value {
    const { compiler } = this;
    if (compiler.isIdentifier(left)) {
      this.setName(left.text, value, scope);
      return value;
    }
    if (!compiler.isPropertyAccessExpression(left) && !compiler.isElementAccessExpression(left)) return value;
    const owner = this.value(left.expression, scope);
    const key = compiler.isPropertyAccessExpression(left) ? primitive(left.name.text) : this.value(left.argumentExpression, scope);
    if (owner.kind === "object") {
      this.changes(owner);
      if (key.kind === "primitive") owner.properties.set(String(key.value), { value, source: sourceOf(left) });
      else owner.rest ??= unknown("a key of it is computed", sourceOf(left));
    }
    return value;
  }

  private unary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, scope: Scope): Value {
    const { SyntaxKind } = this.compiler;
    const operand = this.value(node.operand, scope);
    if (node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken) {
      const counts = operand.kind === "primitive" && typeof operand.value === "number";
      const next = counts ? primitive((operand.value) + (node.operator === SyntaxKind.PlusPlusToken ? 1 : -1)) : unknown("what is counted is not known", sourceOf(node));
      this.assign(node.operand, next, scope);
      return this.compiler.isPostfixUnaryExpression(node) ? operand : next;
    }
    if (node.operator === SyntaxKind.ExclamationToken) {
      const truth = truthOf(operand);
      return truth === null ? operand : primitive(!truth);
    }
    if (operand.kind === "primitive" && node.operator === SyntaxKind.MinusToken) {
      if (typeof operand.value === "number") return primitive(-operand.value, sourceOf(node));
      if (typeof operand.value === "bigint") return primitive(-operand.value, sourceOf(node));
    }
    return unknown("an operation that is not followed", sourceOf(node));
  }

  private constructed(node: ts.NewExpression, scope: Scope): Value {
    const source = sourceOf(node);
    const [first] = node.arguments ?? [];
    const name = this.compiler.isIdentifier(node.expression) ? node.expression.text : "";
    // The only object of JavaScript that a default may be.
    if (name === "Date" && first) {
      const given = this.value(first, scope);
      const date = given.kind === "primitive" && (typeof given.value === "string" || typeof given.value === "number") ? new Date(given.value) : null;
      if (date && !Number.isNaN(date.getTime())) return { ...object([]), of: date };
    }
    if (name === "Set" && first) return this.value(first, scope);
    return unknown("an object that only running code makes", source);
  }

  private template(node: ts.TemplateExpression, scope: Scope): Value {
    let text = node.head.text;
    for (const span of node.templateSpans) {
      const value = this.value(span.expression, scope);
      if (value.kind !== "primitive") return unknown("a part of the text is not known", sourceOf(span.expression));
      text += String(value.value) + span.literal.text;
    }
    return primitive(text, sourceOf(node));
  }

  private taggedTemplate(node: ts.TaggedTemplateExpression, scope: Scope): Value {
    const { compiler } = this;
    const tag = this.value(node.tag, scope);
    const source = sourceOf(node);
    if (tag.kind === "function") return unknown("a tag that is not Drizzle's", source);
    if (tag.kind !== "native" || tag.name !== "sql") return tag.kind === "unknown" ? tag : unknown("a tag that is not Drizzle's", source);
    const { template } = node;
    const parts = compiler.isNoSubstitutionTemplateLiteral(template) ? [template] : [template.head, ...template.templateSpans.map(({ literal }) => literal)];
    const values = compiler.isNoSubstitutionTemplateLiteral(template) ? [] : template.templateSpans.map(({ expression }) => expression);
    const texts = parts.map(templateText);
    const { items, sources } = this.list(values, scope);
    return tag.call({ args: [{ ...array(texts) }, ...items], sources: [source, ...sources], open: null, source, member: source, run: (callee, args) => this.call(callee, args, { source, sources: [], open: null, member: source }) });
  }
}

/** With its place, if the text stands in the code as it is. */
function templateText(part: ts.TemplateLiteralToken | ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail): Value {
  const start = part.getStart() + 1;
  const same = part.getSourceFile().text.startsWith(part.text, start);
  return primitive(part.text, same ? sourceOf(part, start, start + part.text.length) : null);
}

/** What the calls of its own members change. */
function changeableOf(value: Value): object | null {
  if (value.kind === "columnBuilder") return value.builder;
  if (value.kind === "table") return value.table;
  if (value.kind === "extra") return value.extra;
  return value.kind === "object" || value.kind === "array" ? value : null;
}

/** The name that a chain of members starts with, if a function, a loop or a block declares it. */
function localName(compiler: Compiler, node: ts.Expression): boolean {
  let root = node;
  while (compiler.isPropertyAccessExpression(root) || compiler.isCallExpression(root) || compiler.isElementAccessExpression(root) || compiler.isNonNullExpression(root) || compiler.isAsExpression(root) || compiler.isParenthesizedExpression(root)) root = root.expression;
  if (!compiler.isIdentifier(root)) return false;
  const name = root.text;
  for (let at: ts.Node = root.parent; !compiler.isSourceFile(at); at = at.parent) if (declares(compiler, at, name)) return true;
  return false;
}

function declares(compiler: Compiler, node: ts.Node, name: string): boolean {
  const binds = (pattern: ts.BindingName): boolean => (compiler.isIdentifier(pattern) ? pattern.text === name : pattern.elements.some((element) => compiler.isBindingElement(element) && binds(element.name)));
  const listed = (list: ts.Node | undefined): boolean => list !== undefined && compiler.isVariableDeclarationList(list) && list.declarations.some((each) => binds(each.name));
  if (compiler.isFunctionLike(node)) return node.parameters.some((parameter) => binds(parameter.name));
  if (compiler.isForOfStatement(node) || compiler.isForInStatement(node) || compiler.isForStatement(node)) return listed(node.initializer);
  if (compiler.isCatchClause(node)) return node.variableDeclaration !== undefined && binds(node.variableDeclaration.name);
  if (!compiler.isBlock(node) && !compiler.isCaseClause(node) && !compiler.isDefaultClause(node)) return false;
  return node.statements.some((statement) => (compiler.isVariableStatement(statement) ? listed(statement.declarationList) : (compiler.isFunctionDeclaration(statement) || compiler.isClassDeclaration(statement)) && statement.name?.text === name));
}
