// What the language server or the command line and the process of the embedded Postgres say to each other: plain data.

import type { RanWithin } from "../nestedStatements";
import type { Row } from "../session";

export type Request =
  /** Comes first. */
  | { readonly id: number; readonly kind: "start"; readonly folder: string; readonly extensions: readonly string[] }
  | { readonly id: number; readonly kind: "query"; readonly sql: string; readonly values: readonly (string | null)[] | null; /** What auto_explain tells is wanted too, but of these; null: it is not. */ readonly outer: readonly string[] | null }
  /** One after another; what fails is left out, and said. */
  | { readonly id: number; readonly kind: "apply"; readonly statements: readonly Applied[] };

export interface Applied {
  readonly sql: string;
  /** What COPY reads from '/dev/blob'; null: it is another statement. */
  readonly data: string | null;
}

export type Reply =
  | { readonly id: number; readonly kind: "rows"; readonly rows: readonly Row[]; readonly within: RanWithin | null }
  | { readonly id: number; readonly kind: "applied"; readonly failures: readonly Failure[] }
  | { readonly id: number; readonly kind: "error"; readonly message: string; readonly code: string | null };

export interface Failure {
  readonly statement: string;
  readonly message: string;
  readonly code: string | null;
}
