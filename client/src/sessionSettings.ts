// Settings of a session as a person writes them: "app.tenant_id=7; request.jwt.claims={...}".

/** Null: it is no list of settings. A `;` inside of JSON's quotes is none between two. */
export function readSettings(text: string): Readonly<Record<string, string>> | null {
  const settings: Record<string, string> = {};
  for (const part of text.match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/g) ?? []) {
    if (part.trim() === "") continue;
    const [, name, value] = /^\s*([A-Za-z_][\w.]*)\s*=\s*([^]*?)\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined) return null;
    settings[name] = value;
  }
  return settings;
}
