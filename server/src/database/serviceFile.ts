// pg_service.conf (https://www.postgresql.org/docs/current/libpq-pgservice.html).

import type { Keywords } from "./connectionString";

/** What a service's section says; null where the file has none of that name. */
export function serviceIn(text: string, name: string): Keywords | null {
  let section: Map<string, string> | null = null;
  for (const written of text.split(/\r?\n/)) {
    const line = written.trim();
    if (line === "" || line.startsWith("#")) continue;
    const heading = /^\[(.*)\]$/.exec(line);
    // The first section of that name is the one.
    if (heading && section) break;
    if (heading) section = heading[1] === name ? new Map() : null;
    else if (section) {
      const equals = line.indexOf("=");
      if (equals > 0) section.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
    }
  }
  return section;
}
