// The names of pg_service.conf's services (https://www.postgresql.org/docs/current/libpq-pgservice.html); the server reads what they say.

export function serviceNames(text: string): string[] {
  return [...new Set([...text.matchAll(/^[ \t]*\[([^\]\r\n]+)\][ \t]*\r?$/gm)].map(([, name]) => name!))];
}
