import { answer, choice, heading, notice } from "./answers.ts";
import type { Command } from "./command.ts";
import { agoText, DAY_MS, instantBefore } from "./words.ts";

export const topicsCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "topics",
    about: "What is tracked here, with the last 24 hours and the next digest",
    level: "viewer",
    options: [],
  },
  async run({ ports, caller, now }) {
    const topics = ports.topics.list();
    if (topics.length === 0) return answer([notice("info", "There are no topics yet.")]);
    const [counts, held] = await Promise.all([
      ports.archive.topicCounts(instantBefore(now, DAY_MS)),
      ports.archive.subscriptions(caller.tenant),
    ]);
    const countOf = new Map(counts.map((count) => [count.topicId, count]));
    const nextDueAt = (topicId: string): string | null =>
      held
        .filter(
          ({ subscription }) =>
            subscription.tenant === caller.tenant &&
            subscription.topicId === topicId &&
            !subscription.paused,
        )
        .flatMap(({ state }) => state.dueAt ?? [])
        .sort()[0] ?? null;
    const rows = topics.map((topic) => {
      const dueAt = nextDueAt(topic.id);
      const count = countOf.get(topic.id);
      return [
        topic.id,
        topic.name,
        String(count?.stories ?? 0),
        String(count?.items ?? 0),
        dueAt === null ? "none" : agoText(dueAt, now),
      ];
    });
    return answer(
      [
        heading("Topics"),
        {
          kind: "table",
          columns: ["Topic", "Name", "Stories 24 h", "Items 24 h", "Next digest"],
          rows,
        },
      ],
      {
        choices: topics.slice(0, 5).map(({ id, name }) => choice(name, `/sitrep now ${id}`)),
      },
    );
  },
};
