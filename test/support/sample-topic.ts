import type { Topic } from "../../src/topics/topic.ts";

/** A topic of so little else. */
export function topicOf(query: string, id = "t"): Topic {
  return { id, name: id, about: "", query, threshold: 60, where: null };
}
