import { nameAtToken } from "../../sql/ranges";
import { isMark, isOneOf, skip, tokenText, type Source } from "./source";

// Where the words of a type end (Typename in gram.y): its node says only where they begin.

const intervalFields = ["year", "month", "day", "hour", "minute", "second"] as const;

/** Index after the type that begins at a token. */
export function typeEnd(source: Source, from: number): number {
  const start = isOneOf(source, from, "setof") ? from + 1 : from;
  return afterArray(source, afterScalar(source, start));
}

function afterScalar(source: Source, at: number): number {
  // `double.x` would be a user's type.
  if (isMark(source, at + 1, ".")) return afterGeneric(source, at);
  if (isOneOf(source, at, "double") && isOneOf(source, at + 1, "precision")) return at + 2;
  if (isOneOf(source, at, "national") && isOneOf(source, at + 1, "character", "char")) return afterVarying(source, at + 2);
  if (isOneOf(source, at, "character", "char", "nchar", "bit")) return afterVarying(source, at + 1);
  if (isOneOf(source, at, "time", "timestamp")) return afterZone(source, afterParentheses(source, at + 1));
  if (isOneOf(source, at, "interval")) return afterInterval(source, at + 1);
  return afterGeneric(source, at);
}

function afterGeneric(source: Source, at: number): number {
  const next = nameAtToken(source, at)?.next ?? at + 1;
  if (tokenText(source, next) === "%" && isOneOf(source, next + 1, "type")) return next + 2;
  return afterParentheses(source, next);
}

function afterVarying(source: Source, at: number): number {
  return afterParentheses(source, isOneOf(source, at, "varying") ? at + 1 : at);
}

function afterZone(source: Source, at: number): number {
  const zone = isOneOf(source, at, "with", "without") && isOneOf(source, at + 1, "time") && isOneOf(source, at + 2, "zone");
  return zone ? at + 3 : at;
}

function afterInterval(source: Source, at: number): number {
  if (!isOneOf(source, at, ...intervalFields)) return afterParentheses(source, at);
  const to = isOneOf(source, at + 1, "to") && isOneOf(source, at + 2, ...intervalFields);
  return afterParentheses(source, to ? at + 3 : at + 1);
}

function afterParentheses(source: Source, at: number): number {
  return isMark(source, at, "(") ? skip(source, at) : at;
}

function afterArray(source: Source, at: number): number {
  let next = isOneOf(source, at, "array") ? at + 1 : at;
  while (isMark(source, next, "[")) next = skip(source, next);
  return next;
}
