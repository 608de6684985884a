import { topicIdOf, topicKey, topicTenantOf } from "./commands/topic-key.ts";
import type { Fault } from "./feeds/yaml.ts";
import type { Ledger } from "./store/ledger.ts";
import { compileTopics, type TopicMatcher } from "./topics/matcher.ts";
import type { Topic } from "./topics/topic.ts";
import type { ConceptGroup } from "./topics/topic-file.ts";

/** The topics of one moment, those of files and those that commands made. Ids are keys: see topicKey. */
export type TopicSet = {
  readonly topics: readonly Topic[];
  readonly matcher: TopicMatcher;
  /** The topics that a tenant sees, under the ids that people know. */
  seenBy(tenant: string): readonly Topic[];
  /** The topic that people of a tenant mean by an id; null when there is none. */
  find(topicId: string, tenant: string): Topic | null;
};

/** The topics as they are now, also when another process changed them. */
export type LiveTopics = {
  /** What @name stands for in every topic and search. */
  readonly groups: readonly ConceptGroup[];
  current(): Promise<TopicSet>;
  /** A topic that is not kept yet, compiled alone with the shared concept groups. */
  draft(topic: Topic): { readonly matcher: TopicMatcher; readonly faults: readonly Fault[] };
  /** Some topics apart from the others. */
  compile(topics: readonly Topic[]): { readonly matcher: TopicMatcher };
};

/** Compiles again only when a command changed a topic. */
export function createLiveTopics(
  ledger: Pick<Ledger, "topicsRevision" | "madeTopics">,
  declared: readonly Topic[],
  concepts: readonly ConceptGroup[],
): LiveTopics {
  let known: { readonly revision: number; readonly set: TopicSet } | null = null;
  return {
    groups: concepts,
    async current() {
      const revision = await ledger.topicsRevision();
      if (known?.revision === revision) return known.set;
      const made = (await ledger.madeTopics()).map(({ tenant, topic }) => ({
        ...topic,
        id: topicKey(topic.id, tenant),
      }));
      const set = topicSet([...declared, ...made], concepts);
      known = { revision, set };
      return set;
    },
    draft: (topic) => compileTopics([topic], concepts),
    compile: (topics) => compileTopics(topics, concepts),
  };
}

function topicSet(topics: readonly Topic[], concepts: readonly ConceptGroup[]): TopicSet {
  const { matcher } = compileTopics(topics, concepts);
  const byKey = new Map(topics.map((topic) => [topic.id, topic]));
  return {
    topics,
    matcher,
    seenBy: (tenant) =>
      topics
        .filter(({ id }) => [null, tenant].includes(topicTenantOf(id)))
        .map((topic) => ({ ...topic, id: topicIdOf(topic.id) })),
    find: (topicId, tenant) =>
      byKey.get(topicKey(topicId, tenant)) ?? byKey.get(topicKey(topicId, null)) ?? null,
  };
}
