import picomatch from "picomatch";
import { joinPath } from "./paths";

export type Matcher = (relativePath: string) => boolean;

const options = { dot: true } as const;

/**
 * Files that a list of ignore globs covers, by their path below the configuration's folder. As in a .gitignore, a
 * pattern without a slash matches at any depth, and a folder's pattern covers all that is in it.
 */
export function ignoreMatcher(patterns: readonly string[]): Matcher {
  if (patterns.length === 0) return () => false;
  const globs = patterns.flatMap((pattern) => {
    const trimmed = trim(pattern).replace(/\/$/, "");
    const anywhere = trimmed.includes("/") || pattern.startsWith("/") ? trimmed : `**/${trimmed}`;
    return [anywhere, `${anywhere}/**`];
  });
  return picomatch(globs, options);
}

/** Files that a list of globs names, by their path below the configuration's folder. A folder's name means its .sql files. */
export function fileMatcher(patterns: readonly string[]): Matcher {
  if (patterns.length === 0) return () => false;
  const globs = patterns.flatMap((pattern) => {
    const trimmed = trim(pattern).replace(/\/$/, "");
    return picomatch.scan(trimmed).isGlob || trimmed.includes(".") ? [trimmed] : [trimmed, `${trimmed}/**/*.sql`];
  });
  return picomatch(globs, options);
}

/** The folder below which a glob's matches stand, absolute: of `db/*.sql` under `/repo`, `/repo/db`. */
export function globFolder(folder: string, pattern: string): string {
  const { base, isGlob } = picomatch.scan(trim(pattern));
  return joinPath(folder, isGlob || !base.endsWith(".sql") ? base : base.slice(0, Math.max(0, base.lastIndexOf("/"))));
}

function trim(pattern: string): string {
  return pattern.replaceAll("\\", "/").replace(/^(\.?\/)+/, "");
}
