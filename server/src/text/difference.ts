/** Characters compared at a time: the engine compares two substrings faster than a loop does their characters. */
const block = 2_048;

/** Length of what two texts have in common at their beginnings and, apart from that, at their ends. UTF-16 units. */
export function commonEnds(before: string, after: string): { readonly prefix: number; readonly suffix: number } {
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix + block <= shorter && before.slice(prefix, prefix + block) === after.slice(prefix, prefix + block)) prefix += block;
  while (prefix < shorter && before.charCodeAt(prefix) === after.charCodeAt(prefix)) prefix++;
  const rest = shorter - prefix;
  let suffix = 0;
  const b = before.length;
  const a = after.length;
  while (suffix + block <= rest && before.slice(b - suffix - block, b - suffix) === after.slice(a - suffix - block, a - suffix)) suffix += block;
  while (suffix < rest && before.charCodeAt(b - suffix - 1) === after.charCodeAt(a - suffix - 1)) suffix++;
  return { prefix, suffix };
}
