// What an open document is to Plumbline: SQL, code that may be part of a schema, or neither.

import type { TextDocument } from "vscode-languageserver-textdocument";
import { toFile } from "./convert";

const code: ReadonlySet<string> = new Set(["typescript", "typescriptreact", "javascript", "javascriptreact"]);
const other: ReadonlySet<string> = new Set(["json", "jsonc"]);

export const isCodeFile = (file: string): boolean => /\.[cm]?[jt]sx?$/.test(file);

export function isCode({ languageId, uri }: TextDocument): boolean {
  return code.has(languageId) || (!other.has(languageId) && isCodeFile(toFile(uri)));
}

export function isSql(document: TextDocument): boolean {
  return !other.has(document.languageId) && !isCode(document);
}
