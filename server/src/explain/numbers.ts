// How counts, times and sizes are written for a person.

/** "12,345,678"; with at most two digits after the point. */
export function countText(count: number): string {
  const [whole, fraction] = (Number.isInteger(count) ? String(count) : count.toFixed(2).replace(/\.?0+$/, "")).split(".");
  return whole!.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction === undefined ? "" : `.${fraction}`);
}

/** Milliseconds as "0.04 ms", "12 ms", "1.3 s" or "4 min 10 s". */
export function timeText(ms: number): string {
  if (ms >= 120_000) return `${countText(Math.floor(ms / 60_000))} min ${Math.round((ms % 60_000) / 1000)} s`;
  if (ms >= 1000) return `${significant(ms / 1000)} s`;
  return `${significant(ms)} ms`;
}

/** Kilobytes as Postgres counts them (1,024 bytes): "25 kB", "12 MB". */
export function kilobytesText(kilobytes: number): string {
  if (kilobytes >= 1024 * 1024) return `${significant(kilobytes / 1024 / 1024)} GB`;
  return kilobytes >= 1024 ? `${significant(kilobytes / 1024)} MB` : `${countText(Math.round(kilobytes))} kB`;
}

/** In pages of 8 kB. */
export function pagesText(pages: number): string {
  return kilobytesText(pages * 8);
}

/** "93%"; less than one percent of something is "0.4%". */
export function shareText(share: number): string {
  const percent = share * 100;
  // What is not all of it is not called so.
  if (percent > 99 && percent < 100) return `${Math.min(99.9, Math.round(percent * 10) / 10)}%`;
  return `${percent >= 1 || percent < 0.05 ? Math.round(percent) : percent.toFixed(1)}%`;
}

/** Two digits that mean something: 0.043, 1.3, 12, 345. */
function significant(value: number): string {
  if (value >= 10) return countText(Math.round(value));
  if (value >= 1) return value.toFixed(1).replace(/\.0$/, "");
  return value === 0 ? "0" : String(Number(value.toPrecision(2)));
}
