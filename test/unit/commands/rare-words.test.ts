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

test("who asks while the topics are read waits for the same reading", async () => {
  let read = 0;
  const archive = archiveOf(SAMPLE_MIN);
  const live = createLiveTopics(
    {
      ...archive,
      async madeTopics() {
        read += 1;
        return [];
      },
    },
    [TOPIC],
    [],
  );
  const [first, second] = await Promise.all([live.current(), live.current()]);
  expect(second).toBe(first);
  expect(await live.current()).toBe(first);
  expect(read).toBe(1);
});

test("topics that could not be read are read again by who asks next", async () => {
  const faults = [new Error("disk I/O error")];
  const live = createLiveTopics(
    {
      ...archiveOf(0),
      async madeTopics() {
        const fault = faults.pop();
        if (fault !== undefined) throw fault;
        return [];
      },
    },
    [TOPIC],
    [],
  );
  await expect(live.current()).rejects.toThrow("disk I/O error");
  expect((await live.current()).topics).toEqual([TOPIC]);
});
