import { createHash } from "node:crypto";
import type { Instant } from "../feeds/item.ts";
import { mapInSlices } from "../slices.ts";
import type { Ledger } from "../store/ledger.ts";
import type { ArchivedItem } from "../stories/story.ts";
import type { LiveTopics, TopicSet } from "../tenants/live-topics.ts";
import { documentOf } from "../topics/document.ts";
import type { Topic } from "../topics/topic.ts";

/** A new or changed topic is matched against what was seen in the last days, newest first, up to so many items. */
const DAYS = 7;
const ITEMS_MAX = 20_000;

/** Items that are read and stored at once. */
const PAGE_ITEMS = 50;

const DAY_MS = 86_400_000;

/** Remembers with which words topics were matched last; losing it costs matching them again. */
export type ScoredTopics = {
  getMany(topicIds: string[]): Promise<readonly unknown[]>;
  setMany(entries: { readonly key: string; readonly value: string }[]): Promise<unknown>;
};

/** What rescoring works with. */
export type RescoringParts = {
  readonly ledger: Pick<Ledger, "candidates" | "rescore">;
  readonly live: LiveTopics;
  readonly scored: ScoredTopics;
  now(): Instant;
};

/** Makes the archive show what new and changed topics match. It only writes matches: nobody is alerted of old items. */
export type Rescoring = {
  /** How many items were matched anew; 0 when no topic changed. One run at a time. */
  run(): Promise<number>;
  /** Ends a run that is under way; the next process begins it again. */
  stop(): void;
};

export function createRescoring(parts: RescoringParts): Rescoring {
  let done: TopicSet | null = null;
  let isStopped = false;
  return {
    async run() {
      const set = await parts.live.current();
      if (set === done || isStopped) return 0;
      const marks = marksOf(set, parts.live);
      const changed = await changedTopics(set, marks, parts.scored);
      const items = await rescore(parts, set, changed, () => isStopped);
      if (isStopped) return items;
      await parts.scored.setMany(
        changed.map(({ id }) => ({ key: id, value: marks.get(id) ?? "" })),
      );
      done = set;
      return items;
    },
    stop() {
      isStopped = true;
    },
  };
}

/** Of each topic what changes with all that decides what it matches and that people may change. */
function marksOf({ topics }: TopicSet, { groups }: LiveTopics): ReadonlyMap<string, string> {
  const hash = (value: unknown): string =>
    createHash("sha256").update(JSON.stringify(value)).digest("base64url");
  const shared = hash(groups.map(({ where: _, ...group }) => group));
  return new Map(topics.map(({ id, query, threshold }) => [id, hash([query, threshold, shared])]));
}

async function changedTopics(
  { topics }: TopicSet,
  marks: ReadonlyMap<string, string>,
  scored: ScoredTopics,
): Promise<readonly Topic[]> {
  if (topics.length === 0) return [];
  const known = await scored.getMany(topics.map(({ id }) => id));
  return topics.filter(({ id }, place) => known[place] !== marks.get(id));
}

async function rescore(
  { ledger, live, now }: RescoringParts,
  set: TopicSet,
  topics: readonly Topic[],
  isStopped: () => boolean,
): Promise<number> {
  if (topics.length === 0) return 0;
  const isAll = topics.length === set.topics.length;
  const { matcher } = isAll ? set : await live.compile(topics);
  const ids = topics.map(({ id }) => id);
  const since = new Date(Date.parse(now()) - DAYS * DAY_MS).toISOString();
  let items = 0;
  let beforeItemId: string | null = null;
  while (items < ITEMS_MAX && !isStopped()) {
    const page: readonly ArchivedItem[] = await ledger.candidates(null, {
      topicId: null,
      source: null,
      since,
      beforeItemId,
      limit: PAGE_ITEMS,
    });
    const last = page.at(-1);
    if (last === undefined) break;
    const scored = await mapInSlices(page, (item) => ({
      itemId: item.id,
      matches: matcher.match(documentOf(item)),
    }));
    await ledger.rescore(ids, scored);
    items += page.length;
    beforeItemId = last.id;
  }
  return items;
}
