// Pieces of SQL as drizzle-orm's `sql` template holds them. Names of columns are written when it is printed: the casing
// decides them.

import type { Column, Enum, Role, Table } from "./model";
import type { Source } from "../module";
import type { Unknown } from "../values";

export interface Fragment {
  readonly pieces: readonly Piece[];
  readonly source: Source | null;
}

export type Piece =
  /** `source`: the same text, character by character, as the code has it; null where it stands nowhere. */
  | { readonly piece: "text"; readonly text: string; readonly source: Source | null }
  | { readonly piece: "column"; readonly column: Column; readonly source: Source | null }
  | { readonly piece: "table"; readonly table: Pick<Table, "schema" | "name"> }
  | { readonly piece: "enum"; readonly enum: Enum }
  | { readonly piece: "role"; readonly role: Role }
  /** Around a condition: the release candidates write them, stable Drizzle does not. */
  | { readonly piece: "parenthesis"; readonly text: "(" | ")" }
  /** A parameter: `inlined` by the code itself, else by drizzle-kit where it does so. */
  | { readonly piece: "value"; readonly text: string; readonly source: Source | null; readonly inlined: boolean }
  | { readonly piece: "unknown"; readonly unknown: Unknown };

export const fragment = (pieces: readonly Piece[], source: Source | null = null): Fragment => ({ pieces, source });
export const plain = (text: string, source: Source | null = null): Piece => ({ piece: "text", text, source });

/** Why its text is not known; null where it is. */
export function unknownIn({ pieces }: Fragment): Unknown | null {
  for (const piece of pieces) if (piece.piece === "unknown") return piece.unknown;
  return null;
}

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
