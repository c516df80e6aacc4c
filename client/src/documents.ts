// Which documents are Plumbline's: SQL by its own language id or by the ids of the common Postgres extensions.
// Only files and new documents: not the old side of a diff (git:), and not the schema that Plumbline itself shows.
export const languages = ["sql", "postgres", "pgsql"] as const;
export const schemes = ["file", "untitled"] as const;

export const documentSelector: readonly { readonly language: string; readonly scheme: string }[] = languages.flatMap((language) =>
  schemes.map((scheme) => ({ language, scheme })),
);
