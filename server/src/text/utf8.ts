/** UTF-16 offset for a UTF-8 byte offset. Negative offsets (Postgres's "unknown") stay as they are. */
export type ByteOffsets = (byteOffset: number) => number;

const identity: ByteOffsets = (byteOffset) => byteOffset;
const ascii = /^[\0-\x7f]*$/;

export function isAscii(text: string): boolean {
  return ascii.test(text);
}

/** Free for a pure-ASCII text; else one pass now, and a binary search per question. */
export function byteOffsets(text: string): ByteOffsets {
  if (isAscii(text)) return identity;
  // After each non-ASCII character: its end in bytes, and by how much bytes are ahead of UTF-16 units from there on.
  const ends: number[] = [];
  const ahead: number[] = [];
  let byte = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) {
      byte += 1;
      continue;
    }
    if (code < 0x800) byte += 2;
    else if (isHigh(code) && isLow(text.charCodeAt(at + 1))) {
      byte += 4;
      at++;
    } else byte += 3;
    ends.push(byte);
    ahead.push(byte - at - 1);
  }
  return (byteOffset) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! <= byteOffset) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? byteOffset : byteOffset - ahead[low - 1]!;
  };
}

/** Length in UTF-8 bytes. A lone surrogate counts three, as the replacement character that it is sent as. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    if (code < 0x800) bytes += 1;
    else {
      bytes += 2;
      if (isHigh(code) && isLow(text.charCodeAt(at + 1))) at++;
    }
  }
  return bytes;
}

/** UTF-16 offset for an offset in code points (Postgres's error cursor); past the end it is the end. */
export function codePointToUtf16(text: string, codePoints: number): number {
  let at = 0;
  for (let left = codePoints; left > 0 && at < text.length; left--) {
    at += isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
  }
  return at;
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
