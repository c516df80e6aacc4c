// What a tree says of its text's syntax.

import type { Compiler, TypeScript as ts } from "./typescript";

/** Offsets of the text's syntax errors. */
export function faultsOf(tree: ts.SourceFile): readonly number[] {
  // Not part of the public type: else it takes a whole program to ask.
  const { parseDiagnostics } = tree as unknown as { readonly parseDiagnostics?: readonly { readonly start: number }[] };
  return (parseDiagnostics ?? []).map(({ start }) => start);
}

/** The names that a top-level statement brings into its module. */
export function declaredNames(statement: ts.Statement, compiler: Compiler): readonly string[] {
  if (compiler.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => namesOf(name, compiler));
  if (compiler.isFunctionDeclaration(statement) || compiler.isClassDeclaration(statement) || compiler.isEnumDeclaration(statement)) return [statement.name?.text ?? "default"];
  if (compiler.isExportAssignment(statement)) return ["default"];
  if (!compiler.isImportDeclaration(statement) || !statement.importClause) return [];
  const { name, namedBindings } = statement.importClause;
  const named = namedBindings === undefined ? [] : compiler.isNamespaceImport(namedBindings) ? [namedBindings.name.text] : namedBindings.elements.map((element) => element.name.text);
  return name ? [name.text, ...named] : named;
}

function namesOf(name: ts.BindingName, compiler: Compiler): readonly string[] {
  if (compiler.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (compiler.isOmittedExpression(element) ? [] : namesOf(element.name, compiler)));
}
