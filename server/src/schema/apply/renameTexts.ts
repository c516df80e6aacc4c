// A rename, in every text that the schema keeps.

import type { ObjectReference, QualifiedName, SourceText } from "../model";
import { renameColumnEdits } from "./columnText";
import { sameName, type ApplyContext } from "./context";
import { editSource, renameColumnInExpression, renameInExpression, renameInSource } from "./renameText";
import { changeTexts, namesInExpressions, namesInSource } from "./texts";

/** Expressions, views, policies and triggers that read the column, of whatever relation they are. */
export function renameColumnInTexts(context: ApplyContext, relation: QualifiedName, from: string, to: string): void {
  const table = { schema: relation.schema, name: relation.name };
  const before: ObjectReference = { kind: "column", relation: table, column: from };
  const after: ObjectReference = { kind: "column", relation: table, column: to };
  const follow = (refers: ObjectReference): ObjectReference => (refers.kind === "column" && refers.column === from && sameName(refers.relation, table) ? after : refers);
  changeTexts(context, {
    expression: (expression, root) => renameColumnInExpression(expression, namesInExpressions(context), root, table, from, to),
    source: (source, { kind, root }) => {
      if (kind === "other" || !source.text.includes(from)) return renameInSource(source, before, after);
      const edits = renameColumnEdits(source.text, namesInSource(context, source), root, table, from, to);
      // CREATE STATISTICS name ON a, (b || c) FROM table
      const on = kind === "statistics" ? source.text.search(/\bon\b/i) : -1;
      if (kind === "statistics") return editSource(source, edits.filter((edit) => edit.start > on), follow);
      if (kind === "view") return edits.length === 0 ? source : editSource(source, edits, follow);
      // Of a trigger's words only those behind NEW and OLD are certain, beside the columns after UPDATE OF.
      const certain = edits.filter((edit) => /\b(new|old)\s*\.\s*$/i.test(source.text.slice(0, edit.start)));
      return renameInSource(certain.length === 0 ? source : editSource(source, certain), before, after);
    },
  });
  for (const view of context.relations()) {
    if (view.kind !== "view" || !view.dependsOn.some((reference) => follow(reference) !== reference)) continue;
    context.putRelation({ ...view, dependsOn: view.dependsOn.map(follow) });
  }
}

/** Kept texts that name the object are rewritten. */
export function renameInTexts(context: ApplyContext, from: Exclude<ObjectReference, { kind: "column" }>, to: Exclude<ObjectReference, { kind: "column" }>): void {
  const kinds = from.kind === "relation" ? (["relation", "type"] as const) : ([from.kind] as const);
  const inSource = (source: SourceText): SourceText => renameInSource(source, from, to);
  changeTexts(context, { expression: (expression, root) => renameInExpression(expression, kinds, from.name, to.name, root !== null && sameName(root, to.name)), source: inSource });
  for (const view of context.relations()) {
    if (view.kind !== "view" || !view.dependsOn.some((reference) => follow(reference, from, to) !== reference)) continue;
    context.putRelation({ ...view, dependsOn: view.dependsOn.map((reference) => follow(reference, from, to)) });
  }
}

function follow(reference: ObjectReference, from: ObjectReference, to: ObjectReference): ObjectReference {
  if (from.kind !== "relation" || to.kind !== "relation") return reference;
  if (reference.kind === "relation" && sameName(reference.name, from.name)) return to;
  return reference.kind === "column" && sameName(reference.relation, from.name) ? { ...reference, relation: to.name } : reference;
}
