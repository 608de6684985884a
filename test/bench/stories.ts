import { readFileSync } from "node:fs";
import { z } from "zod";
import { groupingTime } from "../../src/feeds/grouping-time.ts";
import { createStoryIndex } from "../../src/stories/story-index.ts";

/** One item with the story that it belongs to, as people see it. */
const LINE = z.object({
  id: z.string(),
  title: z.string().nullish(),
  text: z.string().nullish(),
  publishedAt: z.string().nullish(),
  story: z.string(),
});

/** Precision, recall and F1 of a grouping, each the mean over the items (B-cubed). */
export type Quality = {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
};

/** B-cubed: for each item, how much of its group is of its story, and how much of its story is in its group. */
export function bCubed(truth: readonly string[], found: readonly string[]): Quality {
  const sizes = (labels: readonly string[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    return counts;
  };
  const pairs = truth.map((label, index) => JSON.stringify([label, found[index] ?? ""]));
  const both = sizes(pairs);
  const truths = sizes(truth);
  const groups = sizes(found);
  let precision = 0;
  let recall = 0;
  truth.forEach((label, index) => {
    const shared = both.get(pairs[index] ?? "") ?? 0;
    precision += shared / (groups.get(found[index] ?? "") ?? 1) / truth.length;
    recall += shared / (truths.get(label) ?? 1) / truth.length;
  });
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall || 1) };
}

/** Groups labelled items in the order of each file and prints how well and how fast. */
export function run(args: string[]): void {
  for (const file of args) {
    const items = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => LINE.parse(JSON.parse(line)));
    process.stdout.write(`${file}: ${items.length} items\n`);
    measure(items);
  }
}

function measure(items: readonly z.infer<typeof LINE>[]): void {
  const index = createStoryIndex();
  const atOnce: string[] = [];
  const storyOf = new Map(items.map(({ id, story }) => [id, story]));
  let copies = 0;
  let copiesRight = 0;
  let seenAt = new Date(0).toISOString();
  const begin = performance.now();
  for (const item of items) {
    const publishedAt = item.publishedAt ? new Date(item.publishedAt).toISOString() : null;
    if (publishedAt !== null && publishedAt > seenAt) seenAt = publishedAt;
    const storyItem = {
      id: item.id,
      title: item.title ?? "",
      text: item.text ?? "",
      url: null,
      language: null,
      at: groupingTime(publishedAt, seenAt),
    };
    const { storyId, duplicateOf, merges } = index.decide(storyItem);
    index.add(storyItem, storyId);
    for (const merge of merges) index.merge(merge);
    atOnce.push(storyId);
    if (duplicateOf !== null) {
      copies += 1;
      if (storyOf.get(duplicateOf) === item.story) copiesRight += 1;
    }
  }
  const seconds = (performance.now() - begin) / 1000;
  const truth = items.map(({ story }) => story);
  print("at once", truth, atOnce);
  print("in the end", truth, atOnce.map(index.finalStory));
  process.stdout.write(
    `  copies: ${copies} found, ${copiesRight} of them in the right story\n` +
      `  ${Math.round(items.length / seconds)} items/s\n`,
  );
}

function print(name: string, truth: readonly string[], found: readonly string[]): void {
  const { precision, recall, f1 } = bCubed(truth, found);
  const figures = [precision, recall, f1].map((value) => value.toFixed(3)).join(" / ");
  process.stdout.write(
    `  ${name}: precision / recall / F1 ${figures}, ` +
      `${new Set(found).size} stories of ${new Set(truth).size}\n`,
  );
}
