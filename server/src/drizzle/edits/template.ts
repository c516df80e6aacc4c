// SQL as a `sql` template, the table's own columns as Drizzle has them.

import type { Expression } from "../../schema/model";
import { foldIdentifier } from "../../sql/identifiers";
import { isComment, tokenize } from "../../sql/lexer";
import type { Table } from "../orm/model";

/** `column` gives the code of a column, null where the table has none of that name. */
export function templateText({ text, columns }: Expression, table: Pick<Table, "name">, column: (name: string) => string | null): string {
  const tokens = tokenize(text).filter((token) => !isComment(token));
  const textOf = (index: number): string => {
    const token = tokens[index];
    return token ? text.slice(token.start, token.end) : "";
  };
  const isName = (index: number): boolean => tokens[index]?.kind === "word" || tokens[index]?.kind === "quoted";
  let made = "";
  let done = 0;
  /** How many brackets are open, and at which of them a sub-select began: a bare name in there may be one of its own. */
  let depth = 0;
  let inner = Infinity;
  for (let i = 0; i < tokens.length; i++) {
    if (textOf(i) === "(") {
      depth++;
      if (/^(?:select|with|values)$/i.test(textOf(i + 1))) inner = Math.min(inner, depth);
    } else if (textOf(i) === ")") {
      if (depth === inner) inner = Infinity;
      depth--;
    }
    if (!isName(i) || textOf(i + 1) === "." || textOf(i + 1) === "(" || tokens[i + 1]?.kind === "string" || textOf(i - 1) === "::") continue;
    const name = foldIdentifier(textOf(i));
    let first = i;
    if (textOf(i - 1) === ".") {
      if (inner <= depth || foldIdentifier(textOf(i - 2)) !== table.name) continue;
      first = textOf(i - 3) === "." && isName(i - 4) ? i - 4 : i - 2;
    } else if (inner <= depth || !columns.includes(name)) {
      continue;
    }
    const code = column(name);
    if (code === null) continue;
    made += `${escaped(text.slice(done, tokens[first]!.start))}\${${code}}`;
    done = tokens[i]!.end;
  }
  return made + escaped(text.slice(done));
}

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${");
