import type { Anchor, Place } from "../../schema/model";
import { foldIdentifier } from "../../sql/identifiers";
import type { ParsedStatement } from "../../sql/statement";

/** The place of an object's name inside the statement that made it; the whole place where it stands in no such statement. */
export function placeOfName(place: Place, name: string): Place {
  const { parsed } = place.anchor as Anchor & { readonly parsed?: ParsedStatement };
  const token = parsed?.tokens.find(
    (each) =>
      (each.kind === "word" || each.kind === "quoted") &&
      each.start >= place.range.start &&
      each.end <= place.range.end &&
      foldIdentifier(parsed.text.slice(each.start, each.end)) === name,
  );
  return token ? { anchor: place.anchor, range: { start: token.start, end: token.end } } : place;
}
