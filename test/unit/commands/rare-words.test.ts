import { expect, test } from "vitest";
import { createLiveTopics } from "../../../src/tenants/live-topics.ts";
import { SAMPLE_MIN } from "../../../src/topics/rarity-sample.ts";
import { fakeItem } from "../../support/fake-archive.ts";

const TOPIC = {
  id: "nature",
  name: "Nature",
  about: "",
  query: "weather OR volcano",
  threshold: 60,
  where: null,
};

/** An archive of so many items, every one of them about the weather. */
function archiveOf(size: number): Parameters<typeof createLiveTopics>[0] {
  const items = Array.from({ length: size }, (_, index) => {
    const id = `i${String(size - index).padStart(11, "0")}`;
    return fakeItem({
      id,
      storyId: "s0000000001",
      title: "The weather stays dry",
      source: "North News",
    });
  });
  return {
    topicsRevision: async () => 1,
    madeTopics: async () => [],
    candidates: async (_, { beforeItemId, limit }) => {
      const from = items.findIndex(({ id }) => id === beforeItemId) + 1;
      return items.slice(from, from + limit);
    },
  };
}

async function weatherIn(size: number): Promise<string | undefined> {
  const { matcher } = await createLiveTopics(archiveOf(size), [TOPIC], []).current();
  const news = { title: "Weather report", text: "", source: null, language: "en" };
  const [match] = matcher.match(news);
  return match?.reasons[0]?.concept;
}

test("the topics that run know what is common in the archive, once it is large enough to tell", async () => {
  expect(await weatherIn(SAMPLE_MIN - 1)).toBe("weather");
  expect(await weatherIn(SAMPLE_MIN)).toBe("weather (common in the archive)");
});
