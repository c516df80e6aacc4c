import { unreadable, type Condition } from "./condition";
import { isOfCaller } from "./evaluate";
import type { Expression } from "../schema/model";
import { tokenize } from "../sql/lexer";

/** One expression that tells who is asking, and reads no row: `auth.uid()`, `current_setting('app.tenant_id', true)`. */
export function tellsCaller(text: string, condition: (expression: Expression) => Condition): boolean {
  if (tokenize(text).some(({ start, end }) => text.slice(start, end) === ";")) return false;
  const asked = condition({ text: `(${text})`, columns: [], functions: [] });
  return asked !== unreadable && asked.form === "value" && isOfCaller(asked.of);
}
