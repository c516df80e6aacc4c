import type { Severity } from "../rules/rule";
import type { Place } from "../schema/model";
import type { Range } from "../text/range";

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** What happens, to what, and what to do instead: one or two sentences. */
  readonly message: string;
  /** What to do, in one paragraph: the rule's `whatToDo`. */
  readonly help: string;
  readonly place: Place;
  /** `public.orders.user_id`, null where no object is meant. */
  readonly object: string | null;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly fixes: readonly Fix[];
  readonly released: boolean;
}

export interface Fix {
  readonly title: string;
  /** `safe`: the meaning stays. `review`: right in most cases; a person looks at it. */
  readonly kind: "safe" | "review";
  readonly edits: readonly FixEdit[];
}

/** Lowered to text: what an editor or the command line applies. Offsets are UTF-16 in the file as it is now. */
export type FixEdit =
  | { readonly kind: "edit"; readonly file: string; readonly range: Range; readonly newText: string }
  | { readonly kind: "create"; readonly file: string; readonly text: string };
