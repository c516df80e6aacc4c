import { isUtf8 } from "node:buffer";
import type { ReadResult } from "./fileSystem";

/**
 * UTF-8 and nothing else: UTF-16 files (by their byte order mark, or because the bytes are no UTF-8) and Latin-1 are
 * refused rather than read with replacement characters, which would move every offset and hide what is written there.
 */
export function decodeText(bytes: Buffer): ReadResult {
  if (!isUtf8(bytes)) return { problem: "not-utf8" };
  const bom = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { text: bytes.toString("utf8", bom ? 3 : 0), bom };
}
