// Text that is kept as it was written, printed so that it means the same with only `public` on the search path.

import { quoteIdentifier } from "../../sql/identifiers";
import type { TrackedView } from "../keys";
import type { ObjectReference, QualifiedName, SourceText } from "../model";
import { nameText } from "./text";

export function printSource(view: TrackedView, source: SourceText): string {
  let text = "";
  let last = 0;
  for (const { range, refers } of source.names) {
    text += source.text.slice(last, range.start) + printName(view, source.text.slice(range.start, range.end), refers);
    last = range.end;
  }
  return text + source.text.slice(last);
}

/** A name without a schema gets one where it would not be found: outside of `public`. */
function printName(view: TrackedView, written: string, refers: ObjectReference): string {
  if (refers.kind === "column" || written.includes(".") || refers.name.schema === "public") return written;
  if (!isKnown(view, refers.kind, refers.name)) return written;
  // `%TYPE` and array marks are no part of the name: the range is the name's alone.
  return quoteIdentifier(refers.name.name) === written || written.toLowerCase() === refers.name.name ? nameText(refers.name) : written;
}

function isKnown(view: TrackedView, kind: "relation" | "type" | "function", name: QualifiedName): boolean {
  if (kind === "function") return view.functions(name).length > 0;
  return view.relation(name) !== undefined || (kind === "type" && view.type(name) !== undefined);
}
