// An enum's label under a new name, in the texts that say it as a literal.

import { tokenize } from "../../sql/lexer";
import type { Expression, QualifiedName, Table } from "../model";
import type { ApplyContext } from "./context";
import { edited } from "./nameText";
import { editSource } from "./renameText";
import { changeTexts } from "./texts";

/** A literal has no type in the text: one that equals the label is taken for it where a column of the enum is read. */
export function renameLabelInTexts(context: ApplyContext, type: QualifiedName, from: string, to: string): void {
  const [before, after] = [literal(from), literal(to)];
  const isOfType = (column: Table["columns"][number]): boolean => column.type.name === type.name && column.type.schema === type.schema;
  const edits = (text: string): { start: number; end: number; text: string }[] =>
    tokenize(text)
      .filter((token) => token.kind === "string" && text.slice(token.start, token.end) === before)
      .map(({ start, end }) => ({ start, end, text: after }));
  const inText = (expression: Expression): Expression => (expression.text.includes(before) ? { ...expression, text: edited(expression.text, edits(expression.text)) } : expression);
  const typed = (text: string): boolean => text.includes(`${before}::`) && text.includes(type.name);
  const readers = new Set(context.relations().filter((relation) => relation.kind === "table" && relation.columns.some(isOfType)).map((relation) => `${relation.schema}.${relation.name}`));
  changeTexts(context, {
    expression(expression, root) {
      const reads = root?.columns.some((column) => isOfType(column) && (expression.columns.includes(column.name) || column.default === expression)) === true;
      return reads || typed(expression.text) ? inText(expression) : expression;
    },
    source(source, { kind }) {
      const reads = kind === "view" && source.names.some(({ refers }) => refers.kind === "relation" && readers.has(`${refers.name.schema}.${refers.name.name}`));
      const found = reads || typed(source.text) ? edits(source.text) : [];
      return found.length === 0 ? source : editSource(source, found);
    },
  });
}

const literal = (label: string): string => `'${label.replaceAll("'", "''")}'`;
