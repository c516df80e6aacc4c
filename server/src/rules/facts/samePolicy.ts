// Whether two policies say the same, as their texts tell.

import type { Expression, Policy } from "../../schema/model";
import { foldIdentifier } from "../../sql/identifiers";
import { tokenize } from "../../sql/lexer";

export function isSamePolicy(a: Policy, b: Policy): boolean {
  return a.command === b.command && a.permissive === b.permissive && rolesOf(a) === rolesOf(b) && textOf(a.using) === textOf(b.using) && checkOf(a) === checkOf(b);
}

const rolesOf = ({ roles }: Policy): string => (roles.includes("public") ? "public" : [...roles].sort().join());

/** USING stands for a WITH CHECK that is left out. */
const checkOf = (policy: Policy): string | null => (policy.command === "select" || policy.command === "delete" ? null : textOf(policy.withCheck ?? policy.using));

/** Without what white space and case make different. */
function textOf(expression: Expression | null): string | null {
  if (expression === null) return null;
  const { text } = expression;
  return tokenize(text)
    .map(({ kind, start, end }) => (kind === "word" ? foldIdentifier(text.slice(start, end)) : text.slice(start, end)))
    .join(" ");
}
