/** What the user asked for cannot be done, and the message says what can: exit 2, without a word about faults. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Also what project/ throws for a question that has no answer (a revision that git does not know, a configuration
 * that cannot be read). It knows no cli/, so the name tells.
 */
export function isUsageError(error: unknown): error is Error {
  return error instanceof Error && (error.name === "UsageError" || error.name === "ProjectError");
}
