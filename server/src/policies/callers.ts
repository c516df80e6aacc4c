// The functions that tell who is asking: Postgres's own, Supabase's and Neon's.

import type { Caller } from "./condition";

const identities: ReadonlySet<string> = new Set(["auth.uid", "auth.user_id", "auth.email"]);
const tokens: ReadonlySet<string> = new Set(["auth.jwt", "auth.role", "auth.session"]);
const roles: ReadonlySet<string> = new Set(["current_user", "session_user", "current_role", "user"]);
/** Claims that only a caller who has signed in has. */
const ownClaims: ReadonlySet<string> = new Set(["sub", "email", "phone", "session_id"]);

/** The caller that a call without arguments tells of. */
export function callerBy(name: string): Caller | null {
  if (identities.has(name)) return { by: "identity", name };
  if (tokens.has(name)) return { by: "token", name };
  return roles.has(name) ? { by: "role", name } : null;
}

export function callerBySetting(name: string, strict: boolean): Caller {
  return { by: "setting", name, strict };
}

/** `auth.jwt() ->> 'sub'` is null where nobody has signed in; what else a token claims may be there. */
export function claimOf(token: Caller, claim: string): Caller | null {
  return token.by === "token" && token.name === "auth.jwt" && ownClaims.has(claim) ? { by: "identity", name: `auth.jwt ${claim}` } : null;
}

export function asksForCaller(functions: readonly string[]): boolean {
  return functions.some((name) => callerBy(name) !== null || name.endsWith("current_setting"));
}
