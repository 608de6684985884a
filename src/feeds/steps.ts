/** Work in steps: who does it may do something else between two of them. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Goes through all steps at once. */
export function toEnd<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
