/** One item with what a matcher said and what a person said. */
export type Judged = {
  readonly line: string;
  readonly language: string;
  readonly score: number;
  readonly relevant: boolean;
};

/** How well a threshold parts relevant items from others. */
export type Measures = {
  readonly items: number;
  readonly relevant: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
};

export function measuresAt(judged: readonly Judged[], threshold: number): Measures {
  const said = judged.filter(({ score }) => score >= threshold);
  const right = said.filter(({ relevant }) => relevant).length;
  const relevant = judged.filter((one) => one.relevant).length;
  const precision = said.length === 0 ? 0 : right / said.length;
  const recall = relevant === 0 ? 0 : right / relevant;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { items: judged.length, relevant, precision, recall, f1 };
}

/** Average precision; items of one score count as a block, so that their order cannot flatter. */
export function averagePrecision(judged: readonly Judged[]): number {
  const relevant = judged.filter((one) => one.relevant).length;
  if (relevant === 0) return 0;
  const sorted = [...judged].sort((left, right) => right.score - left.score);
  let seen = 0;
  let found = 0;
  let sum = 0;
  for (let index = 0; index < sorted.length; ) {
    const score = sorted[index]?.score;
    let block = 0;
    let good = 0;
    for (; index < sorted.length && sorted[index]?.score === score; index += 1) {
      block += 1;
      if (sorted[index]?.relevant) good += 1;
    }
    seen += block;
    found += good;
    if (score === 0) {
      // What was not found at all is in no order: it counts as drawn at random.
      sum += good * (relevant / judged.length);
    } else sum += good * (found / seen);
  }
  return sum / relevant;
}

/** By tenths of the score: how many items, and how many of them are relevant. */
export function reliability(
  judged: readonly Judged[],
): { from: number; items: number; relevant: number }[] {
  return Array.from({ length: 10 }, (_, index) => {
    const from = index * 10;
    const inside = judged.filter(
      ({ score }) => score > 0 && Math.min(9, Math.floor(score / 10)) === index,
    );
    return { from, items: inside.length, relevant: inside.filter((one) => one.relevant).length };
  });
}

/** The threshold that gives the best F1 on these items. */
export function bestThreshold(judged: readonly Judged[]): number {
  let best = 60;
  let most = -1;
  for (let threshold = 5; threshold <= 100; threshold += 1) {
    const { f1 } = measuresAt(judged, threshold);
    if (f1 > most) {
      most = f1;
      best = threshold;
    }
  }
  return best;
}

/** Five folds, each scored with the threshold fitted on the other four. */
export function crossFitted(
  judged: readonly Judged[],
): Measures & { readonly thresholds: number[] } {
  const fold = (line: string): number => {
    let hash = 0;
    for (let index = 0; index < line.length; index += 1)
      hash = (hash * 31 + line.charCodeAt(index)) >>> 0;
    return hash % 5;
  };
  const thresholds: number[] = [];
  const shifted = [0, 1, 2, 3, 4].flatMap((one) => {
    const threshold = bestThreshold(judged.filter(({ line }) => fold(line) !== one));
    thresholds.push(threshold);
    return judged
      .filter(({ line }) => fold(line) === one)
      .map((item) => ({ ...item, score: item.score >= threshold ? 1 : 0 }));
  });
  return { ...measuresAt(shifted, 1), thresholds };
}
