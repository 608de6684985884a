import { answer, heading, notice, plain } from "./answers.ts";
import type { Call, Command } from "./command.ts";
import { feedHealth, feedName } from "./feed-health.ts";
import { anyTopicOption } from "./option-specs.ts";
import type { Reply } from "./reply.ts";
import { agoText, countText, DAY_MS, instantBefore, percentText } from "./words.ts";

const DAYS = 30;
const ROWS_MAX = 25;

export const sourcesCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "sources",
    about: "Who tells of a topic, how often, and when last",
    level: "viewer",
    options: [{ ...anyTopicOption, about: "Which topic; without it, the feeds that are read" }],
  },
  async run(call) {
    const topicId = call.options.text("topic");
    return topicId === null ? feedsReply(call) : topicReply(call, topicId);
  },
};

async function topicReply({ ports, now }: Call, topicId: string): Promise<Reply> {
  const name = ports.topics.list().find(({ id }) => id === topicId)?.name ?? topicId;
  const counts = await ports.archive.sourceCounts(topicId, instantBefore(now, DAYS * DAY_MS));
  const title = heading(`${name}: sources`);
  if (counts.length === 0) {
    return answer([title, notice("info", `Nobody has told of it in the last ${DAYS} days.`)]);
  }
  const total = counts.reduce((sum, { items }) => sum + items, 0);
  const ordered = [...counts].sort(
    (a, b) => b.items - a.items || a.outlet.localeCompare(b.outlet, "en"),
  );
  const rows = ordered
    .slice(0, ROWS_MAX)
    .map(({ outlet, items, lastSeenAt }) => [
      outlet,
      String(items),
      percentText(items, total),
      agoText(lastSeenAt, now),
    ]);
  return answer([
    title,
    plain(
      `${countText(total, "item")} from ${countText(counts.length, "outlet")} in the last ${DAYS} days`,
    ),
    { kind: "table", columns: ["Outlet", "Items", "Share", "Last"], rows },
    ...moreRows(ordered.length - rows.length),
  ]);
}

async function feedsReply({ ports, now }: Call): Promise<Reply> {
  const feeds = await ports.archive.feeds();
  if (feeds.length === 0) return answer([notice("info", "No feed is read yet.")]);
  const rows = [...feeds]
    .sort((a, b) => feedName(a).localeCompare(feedName(b), "en"))
    .slice(0, ROWS_MAX)
    .map((feed) => [
      feedName(feed),
      feedHealth(feed, now),
      feed.state?.lastNewAt ? agoText(feed.state.lastNewAt, now) : "never",
    ]);
  return answer([
    heading("Sources"),
    plain(countText(feeds.length, "feed")),
    { kind: "table", columns: ["Source", "State", "Last new item"], rows },
    ...moreRows(feeds.length - rows.length),
  ]);
}

function moreRows(count: number): readonly ReturnType<typeof plain>[] {
  return count > 0 ? [plain(`and ${count} more`)] : [];
}
