// ~/.pgpass (https://www.postgresql.org/docs/current/libpq-pgpass.html).

export interface PasswordQuestion {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** The password of the first line that fits; null where none does. */
export function passwordIn(text: string, { host, port, database, user }: PasswordQuestion): string | null {
  const asked = [host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line === "" || line.startsWith("#")) continue;
    const fields = fieldsOf(line);
    if (fields && asked.every((value, i) => fields[i]!.raw === "*" || fields[i]!.value === value)) return fields[4]!.value;
  }
  return null;
}

interface Field {
  /** As written: `\*` is a star, `*` is anything. */
  readonly raw: string;
  readonly value: string;
}

/** Five: the last one is the rest of the line, with its colons. */
function fieldsOf(line: string): readonly Field[] | null {
  const found = /^((?:\\.|[^\\:])*):((?:\\.|[^\\:])*):((?:\\.|[^\\:])*):((?:\\.|[^\\:])*):(.*)$/s.exec(line);
  return found && found.slice(1).map((raw) => ({ raw, value: raw.replace(/\\(.)/gs, "$1") }));
}
