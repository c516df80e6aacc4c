// Pending migrations that sort before one that has run. A new database runs them in the order of the files; what one that
// is further does with them, each tool decides for itself.

import type { ToolId } from "../schema/history";
import { parentFolder } from "./paths";
import type { History, HistoryFile, HistoryProblem } from "./tools/tool";

/** What happens to such a file where `released` has run. */
const fates: Readonly<Record<ToolId, (released: string) => string>> = {
  flyway: (released) => `Flyway stops on a database that has ${released}, unless outOfOrder is set.`,
  goose: (released) => `goose stops on a database that has ${released}, unless it is run with -allow-missing.`,
  refinery: (released) => `refinery stops on a database that has ${released}.`,
  "node-pg-migrate": (released) => `node-pg-migrate stops on a database that has ${released}.`,
  supabase: (released) => `\`supabase db push\` stops on a database that has ${released}, unless it is run with --include-all.`,
  "golang-migrate": (released) => `golang-migrate never runs it on a database that has ${released}, and says nothing.`,
  drizzle: orderDiffers,
  prisma: runsLate,
  dbmate: runsLate,
  sqlx: runsLate,
  diesel: runsLate,
  hasura: orderDiffers,
  plain: orderDiffers,
  liquibase: runsLate,
  single: orderDiffers,
};

function runsLate(released: string): string {
  return `A database that has ${released} runs it after that, a new one before: they may not end up the same.`;
}

function orderDiffers(released: string): string {
  return `A database that has ${released} runs it after that or never, a new one before: they may not end up the same.`;
}

export function outOfOrder(history: History, isReleased: (version: string, file: string) => boolean): readonly HistoryProblem[] {
  // Changesets have no numbers: a changelog may grow anywhere. The order of unnumbered files says nothing either.
  if (history.tool === "liquibase" || history.tool === "single" || history.outOfOrder === true) return [];
  const files = history.files.filter((file) => file.direction === "up" && !file.repeatable && !mayRunLate(history, file));
  if (history.tool !== "plain") return lateOnes(history, files, isReleased);
  // Folders that the configuration names run one after the other, each in its own order.
  const numbered = files.filter(({ version }) => /^v?\d/i.test(version));
  return [...new Set(numbered.map(({ file }) => parentFolder(file)))].flatMap((folder) => lateOnes(history, numbered.filter(({ file }) => parentFolder(file) === folder), isReleased));
}

function lateOnes(history: History, files: readonly HistoryFile[], isReleased: (version: string, file: string) => boolean): readonly HistoryProblem[] {
  const last = files.findLastIndex(({ version, file }) => isReleased(version, file));
  return files.slice(0, Math.max(last, 0)).flatMap(({ version, file }): HistoryProblem[] => {
    if (isReleased(version, file)) return [];
    const released = files[last]!.version;
    return [{ kind: "order", file, range: null, message: `This migration is new, and sorts before ${released}, which is released. ${fates[history.tool](released)} Give it a number after all others.` }];
  });
}

/** refinery keeps `U` for migrations that may. */
function mayRunLate(history: History, file: HistoryFile): boolean {
  return history.tool === "refinery" && file.version.startsWith("U");
}
