// The texts of a project's SQL files as they are now, in an editor or on disk, read into statements.

import { SqlDocument } from "../sql/document";
import type { SqlParser } from "../sql/parser";

export class Documents {
  private readonly byFile = new Map<string, SqlDocument>();

  get(file: string): SqlDocument | undefined {
    return this.byFile.get(file);
  }

  /** Enters a file's text, or what has become of it. Untouched statements stay the same objects. */
  set(file: string, text: string, parser: SqlParser): SqlDocument {
    const known = this.byFile.get(file);
    if (known) {
      if (known.text !== text) known.update(text);
      return known;
    }
    const document = new SqlDocument(file, text, parser);
    this.byFile.set(file, document);
    return document;
  }

  delete(file: string): void {
    this.byFile.delete(file);
  }

  text(file: string): string | null {
    return this.byFile.get(file)?.text ?? null;
  }

  files(): readonly string[] {
    return [...this.byFile.keys()];
  }
}
