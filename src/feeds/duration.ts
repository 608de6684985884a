const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `30s`, `15m`, `6h` or `7d`; null when the text is no duration above zero. */
export function parseDuration(text: string): number | null {
  const found = /^(\d{1,6})\s*([smhd])$/.exec(text.trim().toLowerCase());
  const unitMs = UNIT_MS[found?.[2] ?? ""];
  if (found === null || unitMs === undefined) return null;
  const durationMs = Number(found[1]) * unitMs;
  return durationMs > 0 ? durationMs : null;
}

/** The shortest exact form that parseDuration reads: 900000 is `15m`. */
export function formatDuration(durationMs: number): string {
  for (const unit of ["d", "h", "m"]) {
    const unitMs = UNIT_MS[unit] ?? 1;
    if (durationMs >= unitMs && durationMs % unitMs === 0) return `${durationMs / unitMs}${unit}`;
  }
  return `${Math.round(durationMs / 1_000)}s`;
}
