// How much memory a step would have needed, and what to write for it.

/** A setting in steps that people write, in kilobytes: the next power of two of megabytes, from 4 MB. */
export function workMemText(kilobytes: number): string {
  let megabytes = 4;
  while (megabytes * 1024 < kilobytes) megabytes *= 2;
  return megabytes >= 1024 ? `${megabytes / 1024}GB` : `${megabytes}MB`;
}

/** More than this for each step of each connection is not given lightly: 1 GB, in kilobytes. */
export const tooMuch = 1024 * 1024;

/** hash_mem_multiplier's default since 15: hashes may take twice work_mem. */
export const hashMultiplier = 2;
