import { expect, test } from "vitest";
import type { StoryQuery } from "../../src/commands/ports.ts";
import type { CandidateFilter, Ledger } from "../../src/store/ledger.ts";
import type { Narrowing } from "../../src/topics/topic.ts";
import { at, delivery, item, match, newItem, plan } from "./store-samples.ts";

/** Stories, matches, search and retention. */
export function storeArchiveContract(open: () => Promise<Ledger>): void {
  storyTests(open);
  topicTests(open);
  searchTests(open);
  pruneTests(open);
}

const idsOf = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id);

function storyTests(open: () => Promise<Ledger>): void {
  test("a story tells its outlets in the order of sight, its first reporter and its languages", async () => {
    const ledger = await open();
    const told = (guid: string, source: string | null, language: string | null) =>
      newItem(guid, { storyId: "s-one", language, item: { source, language } });
    await ledger.ingest(plan({ seenAt: at(5), items: [told("c", "Gazette", "en")] }));
    await ledger.ingest(
      plan({ feedId: "f-two", seenAt: at(9), items: [told("d", "Herald", "es")] }),
    );
    // Seen in the same moment as the first: the guid decides.
    await ledger.ingest(
      plan({
        feedId: "f-three",
        seenAt: at(5),
        items: [told("b", "Agency", null), told("e", "Herald", "en")],
      }),
    );

    const detail = await ledger.story("s-one");
    expect(detail?.story).toEqual({
      id: "s-one",
      headline: "Headline of b",
      url: "https://b.example/news",
      outlets: [
        { name: "Agency", url: "https://b.example/news" },
        { name: "Gazette", url: "https://c.example/news" },
        { name: "Herald", url: "https://e.example/news" },
      ],
      firstReporter: "Agency",
      items: 4,
      languages: ["en", "es"],
      publishedAt: null,
      firstSeenAt: at(5),
      lastSeenAt: at(9),
    });
    expect(idsOf(detail?.items ?? [])).toEqual(["i-b", "i-c", "i-e", "i-d"]);
    expect(await ledger.story("s-none")).toBeNull();
  });

  test("an item comes back as it was stored, by id and by either address", async () => {
    const ledger = await open();
    const full = {
      publishedAt: at(-5),
      updatedAt: at(-4),
      author: "A. Writer",
      summary: "Short.",
      categories: ["World", "Мир"],
      enclosures: [{ url: "https://a.example/p.jpg", type: "image/jpeg", length: null }],
      source: "The Post",
      agency: "Wire",
      text: "Line\0 with 😀 and é",
    };
    const identity = { guid: "a", contentHash: "h", canonicalUrl: "https://a.example/canonical" };
    await ledger.ingest(plan({ items: [newItem("a", { item: full, identity, baseline: true })] }));
    const stored = {
      ...item("a", full),
      id: "i-a",
      feedId: "f-one",
      seenAt: at(0),
      editedAt: null,
      baseline: true,
      storyId: "s-a",
      duplicateOf: null,
    };
    expect(await ledger.item("i-a")).toEqual(stored);
    expect(await ledger.itemByUrl("https://a.example/news")).toEqual(stored);
    expect(await ledger.itemByUrl("https://a.example/canonical")).toEqual(stored);
    expect(await ledger.itemByUrl("https://b.example/")).toBeNull();
    expect(await ledger.item("i-b")).toBeNull();
  });

  test("merged stories are one: items, told marks and old ids lead to it, also over several steps", async () => {
    const ledger = await open();
    const mark = (storyId: string, items: number) => ({
      subscriptionId: "u-one",
      storyId,
      items,
      at: at(items),
    });
    await ledger.ingest(
      plan({
        items: [newItem("a"), newItem("b"), newItem("c")],
        told: [mark("s-a", 1), mark("s-b", 2)],
      }),
    );
    await ledger.ingest(plan({ merges: [{ from: "s-a", into: "s-b" }] }));
    await ledger.ingest(
      plan({
        seenAt: at(5),
        merges: [
          { from: "s-b", into: "s-c" },
          { from: "s-c", into: "s-a" },
        ],
      }),
    );
    // Whoever has not heard of the merge yet still finds the way.
    await ledger.ingest(plan({ seenAt: at(6), items: [newItem("d", { storyId: "s-a" })] }));

    for (const id of ["s-a", "s-b", "s-c"]) {
      const detail = await ledger.story(id);
      expect(detail?.story).toMatchObject({ id: "s-c", items: 4, firstReporter: "a.example" });
      expect(idsOf(detail?.items ?? [])).toEqual(["i-a", "i-b", "i-c", "i-d"]);
    }
    expect(await ledger.told(["u-one"], ["s-a"])).toEqual([
      { subscriptionId: "u-one", storyId: "s-c", items: 3, at: at(2) },
    ]);
    expect(await ledger.counts()).toMatchObject({ stories: 1, items: 4 });
    expect(await ledger.check()).toEqual([]);
  });

  test("recent items come with their story, oldest first", async () => {
    const ledger = await open();
    await ledger.ingest(plan({ items: [newItem("old")] }));
    await ledger.ingest(
      plan({
        seenAt: at(9),
        items: [
          newItem("b", { at: at(7) }),
          newItem("a", { item: { title: null, text: null, summary: "Short." } }),
        ],
      }),
    );
    expect(await ledger.recentStoryItems(at(9))).toEqual([
      {
        storyId: "s-b",
        item: {
          id: "i-b",
          title: "Headline of b",
          text: "Text of b. It has two sentences.",
          url: "https://b.example/news",
          language: "en",
          at: at(7),
        },
      },
      {
        storyId: "s-a",
        item: expect.objectContaining({ id: "i-a", title: "Short.", text: "Short." }),
      },
    ]);
  });
}

function topicTests(open: () => Promise<Ledger>): void {
  const query = (some: Partial<StoryQuery>): StoryQuery => ({
    topicId: "talks",
    since: at(0),
    until: at(60),
    minScore: 60,
    language: null,
    baseline: true,
    limit: 20,
    ...some,
  });

  test("a topic's stories come best first, each once, with the reasons and gist of its best item", async () => {
    const ledger = await open();
    const scored = (guid: string, storyId: string, score: number) =>
      newItem(guid, {
        storyId,
        matches: [match("talks", score), match("other", 99)],
        item: { text: `Headline of ${guid}\nDelegates of ${guid} met in Oslo. They will go on.` },
      });
    await ledger.ingest(
      plan({
        seenAt: at(10),
        items: [
          scored("a", "s-one", 70),
          scored("b", "s-two", 90),
          scored("c", "s-one", 80),
          scored("d", "s-three", 59.99),
          newItem("e", { matches: [match("other", 90)] }),
        ],
      }),
    );
    const stories = await ledger.topicStories(query({}));
    expect(
      stories.map(({ story, score, gist, itemsNew, update }) => [
        story.id,
        score,
        gist,
        itemsNew,
        update,
      ]),
    ).toEqual([
      ["s-two", 90, "Delegates of b met in Oslo.", 1, false],
      ["s-one", 80, "Headline of c", 2, false],
    ]);
    expect(stories[1]?.reasons).toEqual(match("talks", 80).reasons);
    expect(await ledger.topicStories(query({ limit: 1 }))).toHaveLength(1);
    expect(await ledger.topicStories(query({ topicId: "none" }))).toEqual([]);
  });

  test("a period leaves out its beginning and takes in its end", async () => {
    const ledger = await open();
    for (const minute of [10, 20]) {
      const one = newItem(`n${minute}`, { matches: [match("talks", 80)] });
      await ledger.ingest(plan({ seenAt: at(minute), items: [one] }));
    }
    const within = async (from: number, until: number) =>
      (await ledger.topicStories(query({ since: at(from), until: at(until) }))).map(
        ({ story }) => story.id,
      );
    expect(await within(10, 20)).toEqual(["s-n20"]);
    expect(await within(9, 19)).toEqual(["s-n10"]);
    expect(await within(20, 60)).toEqual([]);
  });

  test("a story that grew within the period keeps the score of its best item", async () => {
    const ledger = await open();
    const grown = (guid: string, score: number) =>
      newItem(guid, { storyId: "s-one", matches: [match("talks", score)] });
    await ledger.ingest(plan({ seenAt: at(5), items: [grown("a", 90)] }));
    await ledger.ingest(plan({ seenAt: at(15), items: [grown("b", 30)] }));
    expect(await ledger.topicStories(query({ since: at(10) }))).toMatchObject([
      { story: { id: "s-one", items: 2 }, score: 90, itemsNew: 1 },
    ]);
  });

  test("items of a first poll count in answers only, and a language leaves out the others", async () => {
    const ledger = await open();
    const spoken = (guid: string, language: string | null, baseline: boolean) =>
      newItem(guid, { language, baseline, matches: [match("talks", 80)], item: { language } });
    await ledger.ingest(
      plan({
        seenAt: at(1),
        items: [spoken("a", "en", true), spoken("b", "es", false), spoken("c", null, false)],
      }),
    );
    const found = async (some: Partial<StoryQuery>) =>
      (await ledger.topicStories(query(some))).map(({ story }) => story.id);
    expect(await found({})).toEqual(["s-a", "s-b", "s-c"]);
    expect(await found({ baseline: false })).toEqual(["s-b", "s-c"]);
    expect(await found({ language: "es" })).toEqual(["s-b"]);
  });

  test("matches are counted by topic and by outlet", async () => {
    const ledger = await open();
    const from = (guid: string, storyId: string, source: string, score: number) =>
      newItem(guid, { storyId, matches: [match("talks", score)], item: { source } });
    await ledger.ingest(
      plan({
        seenAt: at(5),
        items: [
          from("a", "s-one", "Herald", 80),
          from("b", "s-one", "Post", 70),
          from("c", "s-two", "Herald", 90),
          from("d", "s-two", "Gazette", 20),
        ],
      }),
    );
    expect(await ledger.topicCounts(at(0))).toEqual([{ topicId: "talks", stories: 2, items: 3 }]);
    expect(await ledger.topicCounts(at(5))).toEqual([]);
    expect(await ledger.sourceCounts("talks", at(0))).toEqual([
      { outlet: "Herald", items: 2, lastSeenAt: at(5) },
      { outlet: "Post", items: 1, lastSeenAt: at(5) },
    ]);
    expect(await ledger.matchesOf("i-d")).toEqual([match("talks", 20)]);
  });
}

function searchTests(open: () => Promise<Ledger>): void {
  const word = (text: string, some: Partial<Narrowing & { kind: "word" }> = {}): Narrowing => ({
    kind: "word",
    column: "words",
    text,
    prefix: false,
    ...some,
  });
  const filter = (some: Partial<CandidateFilter> = {}): CandidateFilter => ({
    topicId: null,
    source: null,
    since: null,
    beforeItemId: null,
    limit: 20,
    ...some,
  });

  test("a search narrows by words and stems, whole or by their beginning", async () => {
    const ledger = await open();
    await ledger.ingest(
      plan({
        items: [
          newItem("a", { words: "войска u.s. talks café", stems: "войск u.s. talk caf" }),
          newItem("b", { words: "войсками cafe c++", stems: "войск cafe c++" }),
        ],
      }),
    );
    const found = async (narrow: Narrowing) => idsOf(await ledger.candidates(narrow, filter()));
    expect(await found(word("войска"))).toEqual(["i-a"]);
    expect(await found(word("войск", { column: "stems" }))).toEqual(["i-b", "i-a"]);
    expect(await found(word("войск", { prefix: true }))).toEqual(["i-b", "i-a"]);
    expect(await found(word("войск"))).toEqual([]);
    expect(await found(word("café"))).toEqual(["i-a"]);
    expect(await found(word("u.s."))).toEqual(["i-a"]);
    expect(await found(word("U.S."))).toEqual(["i-a"]);
    expect(await found(word("c++"))).toEqual(["i-b"]);
    expect(await found({ kind: "all", of: [word("talks"), word("c++")] })).toEqual([]);
    expect(await found({ kind: "any", of: [word("talks"), word("c++")] })).toEqual(["i-b", "i-a"]);
    expect(await found({ kind: "all", of: [] })).toEqual(["i-b", "i-a"]);
    expect(await found({ kind: "any", of: [] })).toEqual([]);
    expect(idsOf(await ledger.candidates(null, filter()))).toEqual(["i-b", "i-a"]);
  });

  test("no word can break a search", async () => {
    const ledger = await open();
    const odd = [
      '"',
      "*",
      "a b",
      "NEAR(",
      "words:x",
      "(",
      "-",
      "^",
      "AND",
      "\0",
      "\ud800",
      "'",
      "{",
      "",
      "　",
    ];
    const words = odd.join(" ");
    await ledger.ingest(plan({ items: [newItem("a", { words, stems: words })] }));
    for (const text of odd) {
      for (const prefix of [false, true]) {
        const found = await ledger.candidates(word(text, { prefix }), filter());
        expect([text, idsOf(found)]).toEqual([text, ["i-a"]]);
      }
    }
    const deep = Array.from({ length: 500 }).reduce<Narrowing>(
      (inner, _, n) => ({ kind: n % 2 === 0 ? "all" : "any", of: [inner, word("(")] }),
      word("*"),
    );
    expect(idsOf(await ledger.candidates(deep, filter()))).toEqual(["i-a"]);
    const wide: Narrowing = {
      kind: "any",
      of: Array.from({ length: 2000 }, (_, n) => word(`w${n}`)),
    };
    expect(await ledger.candidates(wide, filter())).toEqual([]);
  });

  test("a search is filtered by topic, outlet and time, and read page by page", async () => {
    const ledger = await open();
    for (const [minute, guid] of ["a", "b", "c"].entries()) {
      const one = newItem(guid, {
        words: "talks",
        matches: guid === "b" ? [match("talks", 80)] : [match("talks", 10)],
        item: { source: guid === "c" ? "Новости" : "Post" },
      });
      await ledger.ingest(plan({ feedId: `f-${guid}`, seenAt: at(minute), items: [one] }));
    }
    for (const narrow of [null, word("talks")]) {
      const found = async (some: Partial<CandidateFilter>) =>
        idsOf(await ledger.candidates(narrow, filter(some)));
      expect(await found({})).toEqual(["i-c", "i-b", "i-a"]);
      expect(await found({ limit: 2 })).toEqual(["i-c", "i-b"]);
      expect(await found({ beforeItemId: "i-b" })).toEqual(["i-a"]);
      expect(await found({ topicId: "talks" })).toEqual(["i-b"]);
      expect(await found({ source: "НОВОСТИ" })).toEqual(["i-c"]);
      expect(await found({ since: at(1) })).toEqual(["i-c", "i-b"]);
    }
    expect(idsOf(await ledger.itemsSince(at(0), null, 2))).toEqual(["i-a", "i-b"]);
    expect(idsOf(await ledger.itemsSince(at(0), "i-b", 2))).toEqual(["i-c"]);
    expect(idsOf(await ledger.itemsSince(at(2), null, 2))).toEqual(["i-c"]);
    expect(await ledger.countSince(at(1), at(9))).toBe(2);
    expect(await ledger.countSince(at(0), at(1))).toBe(2);
  });
}

function pruneTests(open: () => Promise<Ledger>): void {
  test("what is pruned is gone from every place, but is not taken for new", async () => {
    const ledger = await open();
    const old = newItem("a", { words: "talks", matches: [match("talks", 80)], storyId: "s-both" });
    await ledger.ingest(
      plan({
        items: [old, newItem("b")],
        deliveries: [delivery("k1", { storyIds: ["s-b"] }), delivery("k2", { channel: "web:two" })],
        told: [{ subscriptionId: "u-one", storyId: "s-b", items: 1, at: at(0) }],
      }),
    );
    await ledger.claim(1, at(1), ["web"]);
    await ledger.settle("k1", { state: "sent", messageId: null, ambiguous: true }, at(1));
    await ledger.ingest(plan({ seenAt: at(50), items: [newItem("c", { storyId: "s-both" })] }));

    expect(await ledger.prune(at(40))).toBe(2);
    expect(await ledger.item("i-a")).toBeNull();
    expect(await ledger.story("s-b")).toBeNull();
    expect(await ledger.told(["u-one"], ["s-b"])).toEqual([]);
    expect(
      await ledger.candidates(
        { kind: "word", column: "words", text: "talks", prefix: false },
        { topicId: null, source: null, since: null, beforeItemId: null, limit: 9 },
      ),
    ).toEqual([]);
    // A story that goes on keeps who told it first.
    expect((await ledger.story("s-both"))?.story).toMatchObject({
      firstReporter: "a.example",
      headline: "Headline of a",
      items: 2,
    });
    expect(await ledger.counts()).toMatchObject({ pending: 1, sent: 1, ambiguous: 1, items: 1 });

    await ledger.ingest(plan({ seenAt: at(60), items: [old, newItem("b")] }));
    expect(await ledger.counts()).toMatchObject({ items: 1 });
    expect(await ledger.known("f-one", [old.identity])).toHaveLength(1);
    expect(await ledger.check()).toEqual([]);
  });

  test("a long archive is pruned whole", async () => {
    const ledger = await open();
    const items = Array.from({ length: 1200 }, (_, n) => newItem(`n${n}`));
    await ledger.ingest(plan({ items }));
    expect(await ledger.prune(at(1))).toBe(1200);
    expect(await ledger.counts()).toMatchObject({ items: 0, stories: 0 });
    expect(await ledger.prune(at(1))).toBe(0);
  });
}
