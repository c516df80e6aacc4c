// Connection strings in .env files (https://www.npmjs.com/package/dotenv, and what shells read).

export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The variables whose value is a Postgres URL. */
export function postgresVariables(text: string): Variable[] {
  const found: Variable[] = [];
  for (const line of text.split(/\r?\n/)) {
    const assigned = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*)$/.exec(line);
    if (!assigned) continue;
    const value = unquoted(assigned[2]!.trim());
    if (/^postgres(?:ql)?:\/\//i.test(value)) found.push({ name: assigned[1]!, value });
  }
  return found;
}

function unquoted(text: string): string {
  const quoted = /^(["'`])(.*?)\1/.exec(text);
  // Unquoted, a comment begins at a # after a space.
  return quoted ? quoted[2]! : text.replace(/\s+#.*$/, "").trim();
}
