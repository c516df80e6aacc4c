import type { LockMode } from "../../server/src/locks/modes";

/** `AccessExclusiveLock` for `ACCESS EXCLUSIVE`. */
export const inPgLocks = (mode: LockMode): string => `${mode.toLowerCase().replace(/(?:^| )(\w)/g, (_, letter: string) => letter.toUpperCase())}Lock`;
