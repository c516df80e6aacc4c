/** What `supabase/config.toml` says that rules need. */
export interface SupabaseConfig {
  /** `[api] schemas`: what PostgREST shows to the network. */
  readonly apiSchemas: readonly string[];
  /** `[db] major_version`, null where it is not set. */
  readonly majorVersion: number | null;
}

/** What the CLI writes into a new config.toml, and takes where the key is missing (pkg/config/templates/config.toml). */
const defaultSchemas = ["public", "graphql_public"];

/** Reads the two keys and no more: a whole TOML reader would be a dependency for six lines. */
export function readSupabaseConfig(text: string | null): SupabaseConfig {
  const api = section(text ?? "", "api");
  const list = /^\s*schemas\s*=\s*\[([^\]]*)\]/m.exec(api)?.[1];
  const schemas = list === undefined ? defaultSchemas : [...list.replace(/#.*$/gm, "").matchAll(/"([^"]*)"|'([^']*)'/g)].map((match) => match[1] ?? match[2]!);
  const major = /^\s*major_version\s*=\s*(\d+)/m.exec(section(text ?? "", "db"))?.[1];
  return { apiSchemas: /^\s*enabled\s*=\s*false/m.test(api) ? [] : schemas, majorVersion: major === undefined ? null : Number(major) };
}

function section(text: string, name: string): string {
  const start = new RegExp(`^\\s*\\[${name}\\]\\s*(?:#.*)?$`, "m").exec(text);
  if (start === null) return "";
  const rest = text.slice(start.index + start[0].length);
  const next = /^\s*\[/m.exec(rest);
  return next === null ? rest : rest.slice(0, next.index);
}
