/** What one row of the proof came to. */
export type Proof = {
  /** What was tried, with how much of it. */
  readonly tried: string;
  /** What must not have happened: how often it did, of how many times that it could have. */
  readonly zeros: readonly Zero[];
  /** Figures beside the zeros, with what they must be. */
  readonly figures: readonly Figure[];
};

export type Zero = { readonly what: string; readonly times: number; readonly of: number };

export type Figure = {
  readonly what: string;
  readonly value: number | string;
  /** Whether it is what it must be; null: it is only told. */
  readonly ok: boolean | null;
};

/** Whether all is as it must be. */
export function holds({ zeros, figures }: Proof): boolean {
  return zeros.every(({ times }) => times === 0) && figures.every(({ ok }) => ok !== false);
}

/** With none of n seen, the share is below 3/n at 95 % (the rule of three). */
export function zeroWords({ what, times, of }: Zero): string {
  if (times > 0) return `${what}: ${times} of ${of}`;
  const bound = of === 0 ? "nothing was tried" : `< ${percent(3 / of)} at 95 %`;
  return `${what}: 0 of ${of} (${bound})`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

/** The value below which so large a share of the values lies; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
