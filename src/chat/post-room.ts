import type { Reply } from "../commands/reply.ts";
import * as discord from "./discord/render.ts";
import * as slack from "./slack/render.ts";

/** A post that is not made yet still has the shape of one. */
const FRAME = { key: "0".repeat(22), mention: null };

const TELLS_ALL = new Map([
  ["discord", discord.tellsAll],
  ["slack", slack.tellsAll],
]);

/** How many of a post's stories, from the first, are told when it is posted to a channel, which is platform:id. */
export function storiesTold(channel: string, reply: Reply): number {
  const tellsAll = TELLS_ALL.get(channel.slice(0, channel.indexOf(":")));
  const stories = reply.blocks.filter((block) => block.kind === "story").length;
  if (tellsAll === undefined) return stories;
  for (let count = stories; count > 0; count -= 1) {
    if (tellsAll(firstStories(reply, count), FRAME)) return count;
  }
  return 0;
}

function firstStories(reply: Reply, count: number): Reply {
  let left = count;
  return { ...reply, blocks: reply.blocks.filter(({ kind }) => kind !== "story" || left-- > 0) };
}
