// Which files on disk matter, and one reading again for many changes.

export const watchedGlobs: readonly string[] = [
  "**/*.sql",
  "**/plumbline.json",
  "**/*baseline*.json",
  "**/meta/*.json",
  "**/drizzle.config.*",
  "**/schema.prisma",
  "**/supabase/config.toml",
  "**/{flyway,liquibase,application}.{conf,toml,properties,yml,yaml}",
  "**/*changelog*.{xml,yml,yaml,json}",
  "**/metadata.toml",
  "**/.git/HEAD",
];

/** In milliseconds: a checkout or a generator writes many files in one go. */
const quiet = 150;

export interface Watcher {
  changed(): void;
}

export function createWatcher(reload: () => Promise<void>): Watcher {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  return {
    changed: () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        running = running.then(reload);
      }, quiet);
    },
  };
}
