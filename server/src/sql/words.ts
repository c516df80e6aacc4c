/** Whether `text[start, end)` is the ASCII lower-case `word` in any case. Allocates nothing. */
export function isWord(text: string, start: number, end: number, word: string): boolean {
  const length = word.length;
  if (end - start !== length) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(start + i);
    if ((code >= 65 && code <= 90 ? code | 32 : code) !== word.charCodeAt(i)) return false;
  }
  return true;
}
