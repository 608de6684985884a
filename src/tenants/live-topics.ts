import { topicIdOf, topicKey } from "../commands/topic-key.ts";
import type { Steps } from "../feeds/steps.ts";
import { stepInSlices } from "../slices.ts";
import type { Ledger } from "../store/ledger.ts";
import type { ArchivedItem } from "../stories/story.ts";
import { documentOf } from "../topics/document.ts";
import { type CompiledTopics, compilingTopics, type TopicMatcher } from "../topics/matcher.ts";
import { countingRarity } from "../topics/rarity-sample.ts";
import type { MatchDocument, Topic } from "../topics/topic.ts";
import type { ConceptGroup } from "../topics/topic-file.ts";

/** The topics of one moment, those of files and those that commands made. Ids are keys: see topicKey. */
export type TopicSet = {
  readonly topics: readonly Topic[];
  readonly matcher: TopicMatcher;
  /** The topics that a tenant sees, under the ids that people know. */
  seenBy(tenant: string): readonly Topic[];
  /** The topic that people of a tenant mean by an id, their own before one of a file; null when there is none. */
  find(topicId: string, tenant: string): Topic | null;
};

/** The topics as they are now, also when another process changed them. */
export type LiveTopics = {
  /** What @name stands for in every topic and search. */
  readonly groups: readonly ConceptGroup[];
  current(): Promise<TopicSet>;
  /** Some topics apart from the others, kept ones or not, with the shared concept groups. */
  compile(topics: readonly Topic[]): Promise<CompiledTopics>;
};

/** The newest items of the archive that tell what is rare in it, and the part of each that is read. */
const SAMPLE_ITEMS = 1_000;
const SAMPLE_PAGE_ITEMS = 50;
const SAMPLE_CHARS = 2_000;

/**
 * Compiles again, and looks again what is rare in the archive, only when a command changed a topic. That takes a tenth
 * of a second with two topics and half a second with a thousand, so others have their turn in between.
 */
export function createLiveTopics(
  ledger: Pick<Ledger, "topicsRevision" | "madeTopics" | "candidates">,
  declared: readonly Topic[],
  concepts: readonly ConceptGroup[],
): LiveTopics {
  let known: { readonly revision: number; readonly set: Promise<TopicSet> } | null = null;
  let sample: readonly MatchDocument[] = [];
  const read = async (): Promise<TopicSet> => {
    const made = (await ledger.madeTopics()).map(({ tenant, topic }) => ({
      ...topic,
      id: topicKey(topic.id, tenant),
    }));
    sample = await newestOf(ledger);
    const topics = [...declared, ...made];
    const { matcher } = await stepInSlices(compiling(sample, topics, concepts));
    return topicSet(topics, matcher);
  };
  return {
    groups: concepts,
    async current() {
      const revision = await ledger.topicsRevision();
      if (known?.revision === revision) return known.set;
      const set = read();
      known = { revision, set };
      // What could not be read is read again by who asks next.
      set.catch(() => {
        if (known?.set === set) known = null;
      });
      return set;
    },
    compile: (topics) => stepInSlices(compiling(sample, topics, concepts)),
  };
}

/** Weighed by what is rare in the sample. */
function* compiling(
  sample: readonly MatchDocument[],
  topics: readonly Topic[],
  concepts: readonly ConceptGroup[],
): Steps<CompiledTopics> {
  const rarity = yield* countingRarity(sample, topics, concepts);
  return yield* compilingTopics(topics, concepts, rarity);
}

async function newestOf(ledger: Pick<Ledger, "candidates">): Promise<MatchDocument[]> {
  const sample: MatchDocument[] = [];
  const filter = { topicId: null, source: null, since: null, limit: SAMPLE_PAGE_ITEMS };
  let beforeItemId: string | null = null;
  while (sample.length < SAMPLE_ITEMS) {
    const page: readonly ArchivedItem[] = await ledger.candidates(null, {
      ...filter,
      beforeItemId,
    });
    for (const item of page) {
      const document = documentOf(item);
      sample.push({ ...document, text: document.text.slice(0, SAMPLE_CHARS) });
    }
    if (page.length < SAMPLE_PAGE_ITEMS) break;
    beforeItemId = page.at(-1)?.id ?? null;
  }
  return sample;
}

function topicSet(topics: readonly Topic[], matcher: TopicMatcher): TopicSet {
  const byKey = new Map(topics.map((topic) => [topic.id, topic]));
  const find: TopicSet["find"] = (topicId, tenant) =>
    byKey.get(topicKey(topicId, tenant)) ?? byKey.get(topicKey(topicId, null)) ?? null;
  return {
    topics,
    matcher,
    seenBy: (tenant) =>
      topics
        .filter((topic) => find(topicIdOf(topic.id), tenant) === topic)
        .map((topic) => ({ ...topic, id: topicIdOf(topic.id) })),
    find,
  };
}
