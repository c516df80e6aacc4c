import type { FixProposal, RuleId, Severity } from "../rules/rule";
import type { Version } from "../schema/history";
import type { Place } from "../schema/model";
import type { Statement } from "../sql/statement";
import type { Range } from "../text/range";

export interface Finding {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** What happens, to what, and what to do instead: one or two sentences. */
  readonly message: string;
  readonly place: Place;
  /** `public.orders.user_id`, null where no object is meant. */
  readonly object: string | null;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  /** Stands in a released version: shown, but nothing there may be edited. */
  readonly released: boolean;
  /** Fixes as intents; `lowerFixes` turns them into edits when they are asked for. */
  readonly proposals: readonly FixProposal[];
  /** What the intents are about; null for a finding about the head of the history. */
  readonly subject: FixSubject | null;
}

export interface FixSubject {
  readonly statement: Statement;
  /** Of the checked statement inside `statement`, where it stands in a DO block; else 0. */
  readonly offset: number;
  readonly version: Version;
}

export interface Fix {
  readonly title: string;
  /** `safe`: the meaning stays. `review`: right in most cases; a person looks at it. */
  readonly kind: "safe" | "review";
  readonly edits: readonly FixEdit[];
}

/** What an editor or the command line applies. Offsets are UTF-16 in the file as it is now. */
export type FixEdit =
  | {
      readonly kind: "edit";
      readonly file: string;
      readonly range: Range;
      readonly newText: string;
      /** With another fix's insertion at the same place: the same one stands there once (an import), or each stands there (elements of a list). */
      readonly meets?: "once" | "beside";
    }
  | { readonly kind: "create"; readonly file: string; readonly text: string };
