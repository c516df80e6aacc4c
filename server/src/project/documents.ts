// The texts of a project's SQL files as they are now, in an editor or on disk, read into statements.

import { SqlDocument } from "../sql/document";
import { readChanges } from "../schema/read/index";
import type { SqlParser } from "../sql/parser";
import type { Statement } from "../sql/statement";

export class Documents {
  private readonly byFile = new Map<string, SqlDocument>();
  private readonly parsers = new Map<string, SqlParser>();
  /** SQL in the comments of files. */
  private readonly within = new Map<string, SqlDocument>();

  get(file: string): SqlDocument | undefined {
    return this.byFile.get(file);
  }

  /** Enters a file's text, or what has become of it. Untouched statements stay the same objects. */
  set(file: string, text: string, parser: SqlParser): SqlDocument {
    this.parsers.set(file, parser);
    const known = this.byFile.get(file);
    if (known) {
      if (known.text !== text) for (const { parsed } of known.update(text).added) readChanges(parsed);
      return known;
    }
    const document = new SqlDocument(file, text, parser);
    // While the trees are there: they may be gone later.
    for (const { parsed } of document.statements) readChanges(parsed);
    this.byFile.set(file, document);
    return document;
  }

  /** The statements of a text that is as long as a file's own: what a tool reads in its comments. */
  inComments(file: string, text: string): readonly Statement[] {
    const known = this.within.get(file);
    const parser = this.parsers.get(file);
    if (known && known.text !== text) for (const { parsed } of known.update(text).added) readChanges(parsed);
    if (known || !parser) return known?.statements ?? [];
    const document = new SqlDocument(file, text, parser);
    for (const { parsed } of document.statements) readChanges(parsed);
    this.within.set(file, document);
    return document.statements;
  }

  delete(file: string): void {
    this.byFile.delete(file);
    this.within.delete(file);
    this.parsers.delete(file);
  }

  text(file: string): string | null {
    return this.byFile.get(file)?.text ?? null;
  }

  files(): readonly string[] {
    return [...this.byFile.keys()];
  }
}
