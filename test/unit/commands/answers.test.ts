import { describe, expect, test } from "vitest";
import { createCommander } from "../../../src/commands/commander.ts";
import type { CommandPorts } from "../../../src/commands/ports.ts";
import type { Caller } from "../../../src/commands/spec.ts";
import type { FeedTrial } from "../../../src/feeds/reader.ts";
import {
  ADMIN,
  busyWorld,
  EDITOR,
  emptyWorld,
  type FakeWorld,
  fakeFeed,
  fakeItem,
  fakePorts,
  fakeSubscription,
  HARBOUR,
  VIEWER,
} from "../../support/fake-archive.ts";
import { replyText } from "../../support/reply-text.ts";

type Setup = {
  readonly world?: FakeWorld;
  readonly ports?: Partial<CommandPorts>;
  readonly caller?: Caller;
};

async function ask(line: string, setup: Setup = {}): Promise<string> {
  const { world = busyWorld(), ports = {}, caller = ADMIN } = setup;
  return `\n${replyText(await createCommander(async () => fakePorts(world, ports)).runLine(line, caller))}\n`;
}

describe("now", () => {
  test("shows a topic's stories, best first", async () => {
    expect(await ask("now harbour")).toMatchInlineSnapshot(`
      "
      (only you)
      # Harbour strike
      2 stories in the last 24 hours
      * Dockers walk out in Nordhavn (s0000000001) · 82.5
        Dockers in the harbour of Nordhavn walked out on Tuesday.
        North News, also in 2 · en · https://news.example/i00000000001
        strike: “dockers walk out”
      * Ferry crews vote on strike (s0000000002) · 66
        North News · en · https://news.example/i00000000004
        strike: “dockers walk out”
      "
    `);
  });

  test("shows all topics when none is named", async () => {
    expect(await ask("now since=2d", { caller: VIEWER })).toMatchInlineSnapshot(`
      "
      (only you)
      # Harbour strike
      2 stories in the last 2 days
      * Dockers walk out in Nordhavn (s0000000001) · 82.5
        Dockers in the harbour of Nordhavn walked out on Tuesday.
        North News, also in 2 · en · https://news.example/i00000000001
        strike: “dockers walk out”
      * Ferry crews vote on strike (s0000000002) · 66
        North News · en · https://news.example/i00000000004
        strike: “dockers walk out”
      # River floods
      Nothing in the last 2 days.
      "
    `);
  });

  test("offers a wider look when there is nothing", async () => {
    expect(await ask("now river since=6h")).toMatchInlineSnapshot(`
      "
      (only you)
      # River floods
      info: Nothing in the last 6 hours.
      [Last 7 days] /sitrep now river since=7d
      "
    `);
  });

  test("is seen by everybody when it is shared", async () => {
    expect(await ask("now river share")).toContain("(everybody)");
  });

  test("turns pages", async () => {
    const world = emptyWorld();
    for (let number = 10; number < 22; number += 1) {
      const id = `i000000000${number}`;
      const storyId = `s00000000${number}`;
      world.items.push(fakeItem({ id, storyId, title: `Strike ${number}`, source: "North News" }));
      world.matches.set(id, [{ topicId: "harbour", score: 80, matched: true, reasons: [] }]);
    }
    const second = await ask("now harbour language=en page=2", { world });
    expect(second).toContain("12 stories in the last 24 hours, page 2 of 3");
    expect(second).toContain("[Back] /sitrep now harbour language=en page=1");
    expect(second).toContain("[More] /sitrep now harbour language=en page=3");
    expect(second.match(/\* Strike/g)).toHaveLength(5);
    expect(await ask("now harbour page=99", { world })).toContain("page 3 of 3");
  });
});

test("topics tells the last day and the next digest", async () => {
  expect(await ask("topics", { caller: VIEWER })).toMatchInlineSnapshot(`
    "
    (only you)
    # Topics
    | Topic | Name | Stories 24 h | Items 24 h | Next digest |
    | harbour | Harbour strike | 2 | 4 | in 20 h |
    | river | River floods | 0 | 0 | none |
    [Harbour strike] /sitrep now harbour
    [River floods] /sitrep now river
    "
  `);
});

describe("search", () => {
  test("shows what was found", async () => {
    expect(await ask("search harbour")).toMatchInlineSnapshot(`
      "
      (only you)
      # Search: harbour
      2 items
      * Walkout stops Nordhavn harbour (s0000000001)
        Coast Daily · en · https://news.example/i00000000002
      * Harbour cafe opens (s0000000003)
        Coast Daily · en · https://news.example/i00000000005
      "
    `);
  });

  test("says when nothing was found", async () => {
    expect(await ask("search oslo since=7d")).toMatchInlineSnapshot(`
      "
      (only you)
      # Search: oslo
      info: Nothing found.
      "
    `);
  });

  test("says what is wrong with a query", async () => {
    expect(await ask("search (harbour")).toMatchInlineSnapshot(`
      "
      (only you) FAILED
      error: The query cannot be read: column 1: ( is not closed
      "
    `);
  });
});

describe("story", () => {
  test("tells the timeline, the outlets and the copies", async () => {
    expect(await ask("story s0000000001")).toMatchInlineSnapshot(`
      "
      (only you)
      * Dockers walk out in Nordhavn (s0000000001)
        North News, also in 2 · en · https://news.example/i00000000001
      Story: s0000000001
      First reported by: North News
      First seen: 2026-03-10 08:30 UTC (3 h ago)
      Last grew: 2 h ago
      Outlets: North News, Coast Daily, Nordkurier
      Items: 3 items, 1 of them a copy of another
      Languages: en, de
      Topic Harbour strike: score 82.5
      # Timeline
      2026-03-10T08:30 · North News · Dockers walk out in Nordhavn · (first)
      2026-03-10T09:00 · Coast Daily · Walkout stops Nordhavn harbour · (copy of North News, other headline)
      2026-03-10T10:00 · Nordkurier · Hafenarbeiter legen Arbeit nieder · (edited since)
      [Why] /sitrep why s0000000001
      "
    `);
  });

  test("tells how headlines changed where that is kept", async () => {
    const world = busyWorld();
    const { archive } = fakePorts(world);
    const text = await ask("story s0000000001", {
      ports: {
        archive: {
          ...archive,
          async story(storyId) {
            const detail = await archive.story(storyId);
            if (detail === null) return null;
            const past = { itemId: "i00000000003", title: "Streik", until: "2026-03-10T11:00:00Z" };
            return { ...detail, pastHeadlines: [past] };
          },
        },
      },
    });
    expect(text).toContain("Nordkurier: “Streik” became “Hafenarbeiter legen Arbeit nieder”");
  });

  test.each([
    "https://news.example/i00000000003",
    "900000000000000001",
    "https://chat.example/north/900000000000000001",
    "https://sitrep.example/stories/s0000000001",
  ])("is found by %s", async (pointer) => {
    const ports = { publicUrl: "https://sitrep.example" };
    expect(await ask(`story ${pointer}`, { ports })).toContain("Story: s0000000001");
  });

  test.each(["s9999999999", "nonsense", "https://news.example/other"])(
    "is unknown by %s",
    async (pointer) => {
      expect(await ask(`story ${pointer}`)).toContain("error: No story is known by that.");
    },
  );
});

describe("why", () => {
  test("tells stage by stage why an item was posted", async () => {
    expect(await ask("why https://news.example/i00000000003 harbour")).toMatchInlineSnapshot(`
      "
      (only you)
      # Hafenarbeiter legen Arbeit nieder
      Feed: North News: ok, read 5 min ago
      Stored: 2026-03-10 10:00 UTC (2 h ago)
      Edited: yes, 1 h ago
      Baseline: no
      Outlet: Nordkurier
      Language: de
      Story: s0000000001, 3 items from 3 outlets, first North News
      Copy of: none: it is told in its own words
      # Harbour strike
      Score 64, threshold 60: a match.
      +44 strike in title: “dockers walk out”
      +20 port in lead: “the harbour of Nordhavn”
      | Subscription | Channel | Mode | What became of it |
      | u000nor | chat:news | digest | digest sent 30 min ago |
      [Story] /sitrep story s0000000001
      "
    `);
  });

  test("tells why a near miss was not posted", async () => {
    expect(await ask("why s0000000003 harbour")).toMatchInlineSnapshot(`
      "
      (only you)
      # Harbour cafe opens
      Feed: North News: ok, read 5 min ago
      Stored: 2026-03-09 15:00 UTC (21 h ago)
      Edited: no
      Baseline: yes: it came with its feed's first reading
      Outlet: Coast Daily
      Language: en
      Story: s0000000003, 1 item from 1 outlet, first Coast Daily
      Copy of: none: it is told in its own words
      # Harbour strike
      Score 45, threshold 60: no match.
      +25 strike in title: “dockers walk out”
      +20 port in lead: “the harbour of Nordhavn”
      | Subscription | Channel | Mode | What became of it |
      | u000nor | chat:news | digest | not told: below the topic's threshold |
      [Story] /sitrep story s0000000003
      "
    `);
  });

  test("tells what it is a copy of", async () => {
    expect(await ask("why https://news.example/i00000000002")).toContain(
      "Copy of: “Dockers walk out in Nordhavn” (North News), nearly word for word",
    );
  });

  test("names the feed that should have brought what was never seen", async () => {
    expect(await ask("why https://www.coast.example/never")).toMatchInlineSnapshot(`
      "
      (only you)
      # Why not
      info: Not seen: no feed that is read here has brought this address.
      Feeds of coast.example; an item they no longer list, or never listed, is not seen:
      | Feed | How it does |
      | Coast Daily | failing: status 503 (last read well 24 h ago) |
      "
    `);
    expect(await ask("why https://else.example/never")).toContain(
      "No feed of else.example is read. An admin can add one.",
    );
  });
});

describe("sources", () => {
  test("tells who tells of a topic", async () => {
    expect(await ask("sources harbour")).toMatchInlineSnapshot(`
      "
      (only you)
      # Harbour strike: sources
      4 items from 3 outlets in the last 30 days
      | Outlet | Items | Share | Last |
      | North News | 2 | 50 % | 3 h ago |
      | Coast Daily | 1 | 25 % | 3 h ago |
      | Nordkurier | 1 | 25 % | 2 h ago |
      "
    `);
  });

  test("tells what is read, without any address", async () => {
    expect(await ask("sources", { caller: VIEWER })).toMatchInlineSnapshot(`
      "
      (only you)
      # Sources
      2 feeds
      | Source | State | Last new item |
      | Coast Daily | failing | 3 h ago |
      | North News | ok | 3 h ago |
      "
    `);
  });
});

test("status tells whether everything runs", async () => {
  expect(await ask("status", { caller: VIEWER })).toMatchInlineSnapshot(`
    "
    (only you)
    # Status
    warning: Failing: Coast Daily.
    Last poll: 5 min ago
    Feeds: 1 ok, 1 failing
    Archive: 5 items in 3 stories
    Topics: 2
    Subscriptions here: 1
    Next digest here: in 20 h
    Deliveries waiting: none
    Deliveries sent: 3
    Deliveries given up: 0
    Deliveries that cannot be known: 0
    "
  `);
});

test("catchup tells the best of the channel's topics", async () => {
  expect(await ask("catchup since=2d", { caller: VIEWER })).toMatchInlineSnapshot(`
    "
    (only you)
    # The last 2 days
    # Harbour strike
    2 stories
    * Dockers walk out in Nordhavn (s0000000001) · 82.5
      Dockers in the harbour of Nordhavn walked out on Tuesday.
      North News, also in 2 · en · https://news.example/i00000000001
      strike: “dockers walk out”
    * Ferry crews vote on strike (s0000000002) · 66
      North News · en · https://news.example/i00000000004
      strike: “dockers walk out”
    "
  `);
  const elsewhere = { ...VIEWER, channel: "chat:other" };
  expect(await ask("catchup", { caller: elsewhere })).toContain("subscribes to no topic");
});

describe("export", () => {
  const hostile = (): FakeWorld => {
    const world = emptyWorld();
    const title = '=HYPERLINK("x"), [click](http://evil.example) <b>';
    world.items.push(fakeItem({ id: "i1", storyId: "s1", title, source: "A_B", text: "# Big" }));
    world.matches.set("i1", [{ topicId: "harbour", score: 80, matched: true, reasons: [] }]);
    return world;
  };

  test("gives Markdown in which feed text is no markup", async () => {
    expect(await ask("export harbour", { world: hostile() })).toMatchInlineSnapshot(`
      "
      (only you)
      # Harbour strike: export
      1 story, 2026-03-03 12:00 to 2026-03-10 12:00 UTC
      file harbour-2026-03-10.md text/markdown
      # Harbour strike, 2026-03-03 12:00 to 2026-03-10 12:00 UTC

      ## [\\=HYPERLINK("x"), \\[click\\](http://evil.example) \\<b\\>](<https://news.example/i1>)

      \\# Big

      First: A\\_B. Outlets: A\\_B. Score: 80. Seen: 2026-03-10T09:00:00.000Z. Story: s1

      "
    `);
  });

  test("gives CSV in which feed text is no formula", async () => {
    expect(await ask("export harbour csv", { world: hostile() })).toContain(
      `s1,"'=HYPERLINK(""x""), [click](http://evil.example) <b>",80,A_B,A_B,1,https://news.example/i1,,2026-03-10T09:00:00.000Z`,
    );
  });

  test("gives the JSON of a digest", async () => {
    const text = await ask("export harbour json range=30d");
    const content = text.slice(text.indexOf("{"));
    expect(JSON.parse(content)).toMatchObject({
      topic: "harbour",
      from: "2026-02-08T12:00:00.000Z",
      stories: [{ id: "s0000000001" }, { id: "s0000000002" }],
    });
  });

  test("says when there is nothing", async () => {
    expect(await ask("export river")).toContain("info: Nothing in the last 7 days.");
  });
});

describe("subscribe", () => {
  test("shows what would have come and changes nothing", async () => {
    const world = busyWorld();
    const text = await ask("subscribe harbour both at=07:00 tz=Europe/Berlin days=mon-fri", {
      world,
      caller: EDITOR,
    });
    expect(text).toMatchInlineSnapshot(`
      "
      (only you)
      # Subscribe to Harbour strike
      Channel: chat:news
      Mode: alerts and digests
      When: 07:00 mon-fri Europe/Berlin
      Least score: 60
      Language: any
      Layout: cards
      Mention: nobody
      First digest: 2026-03-11 07:00 Europe/Berlin
      In the last 7 days it would have told 2 stories, about 0.3 a day: ·······█
      * Dockers walk out in Nordhavn (s0000000001) · 82.5
        Dockers in the harbour of Nordhavn walked out on Tuesday.
        North News, also in 2 · en · https://news.example/i00000000001
        strike: “dockers walk out”
      * Ferry crews vote on strike (s0000000002) · 66
        North News · en · https://news.example/i00000000004
        strike: “dockers walk out”
      warning: This channel hears of the topic already (u000nor); stories may come twice.
      info: Nothing has been changed yet. This line does it:
      > /sitrep subscribe harbour both at=07:00 tz=Europe/Berlin days=mon-fri confirm=yes
      [Subscribe] /sitrep subscribe harbour both at=07:00 tz=Europe/Berlin days=mon-fri confirm=yes
      "
    `);
    expect(world.held).toHaveLength(2);
  });

  test("saves what was confirmed", async () => {
    const world = busyWorld();
    const line = "subscribe river instant min_score=70 language=de mention=42 confirm=yes";
    expect(await ask(line, { world, caller: EDITOR })).toMatchInlineSnapshot(`
      "
      (only you)
      good: Subscribed: River floods comes to this channel (unew001).
      [Test post] /sitrep subscription test unew001
      [Pause] /sitrep subscription pause unew001
      "
    `);
    expect(world.held.at(-1)?.subscription).toMatchObject({
      id: "unew001",
      tenant: "north",
      channel: "chat:news",
      topicId: "river",
      mode: "instant",
      minScore: 70,
      language: "de",
      mention: "42",
      first: "next",
      where: null,
    });
    expect(world.held.at(-1)?.state.dueAt).toBeNull();
  });

  test("is confirmed by whoever runs the line for a person who said yes", async () => {
    const world = busyWorld();
    const commander = createCommander(async () => fakePorts(world));
    await commander.runLine("subscribe river", ADMIN, { confirmed: true });
    expect(world.held).toHaveLength(3);
    expect(world.held.at(-1)?.state.dueAt).toBe("2026-03-11T08:00:00.000Z");
  });

  test("does not make the same subscription twice", async () => {
    const world = busyWorld();
    expect(await ask("subscribe harbour confirm=yes", { world })).toMatchInlineSnapshot(`
      "
      (only you)
      info: This channel has just this subscription already: u000nor.
      [Show it] /sitrep subscription edit u000nor
      "
    `);
    expect(world.held).toHaveLength(2);
  });

  test.each([
    ["subscribe", "/sitrep subscribe needs topic: which topic. One of: harbour, river."],
    ["subscribe harbour at=25:00", "25:00"],
    ["subscribe harbour days=someday", "someday"],
    ["subscribe harbour weekly", "mode: “weekly” is none of instant, digest, both."],
    ["subscribe harbour tz=Berlin", "[Europe/Berlin] /sitrep subscribe harbour tz=Europe/Berlin"],
    ["subscribe harbour min_score=101", "“101” is no number from 0 to 100."],
    ["subscribe harbour language=german", "language: a two-letter code such as en"],
    ["subscribe harbour mention=@everyone", "mention: the id of a role"],
    ["subscribe harbuor", "Did you mean harbour?"],
  ])("%s is refused with a reason", async (line, reason) => {
    const world = busyWorld();
    const text = await ask(line, { world });
    expect(text).toContain("FAILED");
    expect(text).toContain(reason);
    expect(world.held).toHaveLength(2);
  });
});

describe("subscription", () => {
  test("lists those of the tenant", async () => {
    expect(await ask("subscription", { caller: EDITOR })).toMatchInlineSnapshot(`
      "
      (only you)
      # Subscriptions
      | Id | Topic | Channel | When | Next digest | State |
      | u000nor | harbour | chat:news | 08:00 daily UTC | in 20 h | active |
      /sitrep subscription edit ID shows one with all its settings.
      "
    `);
  });

  test("pauses and resumes", async () => {
    const world = busyWorld();
    expect(await ask("subscription pause u000nor", { world })).toContain("u000nor is paused");
    expect(world.held[0]?.subscription.paused).toBe(true);
    expect(await ask("subscription", { world })).toContain("| none | paused |");
    expect(await ask("subscription resume u000nor", { world })).toContain("due in 20 h");
    expect(world.held[0]?.subscription.paused).toBe(false);
  });

  test("edits what was named and keeps the rest", async () => {
    const world = busyWorld();
    expect(
      await ask("subscription u000nor edit at=18:00 min_score=80", { world }),
    ).toMatchInlineSnapshot(`
      "
      (only you)
      good: u000nor is changed. The next digest is due in 6 h.
      Channel: chat:news
      Mode: digests
      When: 18:00 daily UTC
      Least score: 80 (threshold 60)
      Language: any
      Layout: cards
      Mention: nobody
      "
    `);
    expect(world.held[0]?.state.dueAt).toBe("2026-03-10T18:00:00.000Z");
  });

  test("asks before it removes", async () => {
    const world = busyWorld();
    expect(await ask("subscription remove u000nor", { world })).toMatchInlineSnapshot(`
      "
      (only you)
      # Remove u000nor
      Topic: harbour
      Channel: chat:news
      Mode: digests
      When: 08:00 daily UTC
      Least score: 60
      Language: any
      Layout: cards
      Mention: nobody
      info: Nothing has been changed yet. This line does it:
      > /sitrep subscription remove u000nor confirm=yes
      [Remove] /sitrep subscription remove u000nor confirm=yes
      "
    `);
    expect(world.held).toHaveLength(2);
    await ask("subscription remove u000nor confirm=yes", { world });
    expect(world.held.map(({ subscription }) => subscription.id)).toEqual(["u000sou"]);
  });

  test("sends a test post to its channel", async () => {
    const posted: string[] = [];
    const posts: CommandPorts["posts"] = {
      async notice(tenant, channel, reply) {
        posted.push(`${tenant} ${channel}\n${replyText(reply)}`);
      },
    };
    await ask("subscription test u000nor", { ports: { posts } });
    expect(posted).toEqual([
      "north chat:news\n(everybody)\ninfo: This is a test of subscription u000nor: harbour comes here, 08:00 daily UTC.",
    ]);
  });

  test("asks which one", async () => {
    expect(await ask("subscription pause")).toMatchInlineSnapshot(`
      "
      (only you) FAILED
      error: Which subscription? u000nor (harbour).
      [u000nor harbour] /sitrep subscription pause u000nor
      "
    `);
  });

  test.each(["pause", "resume", "remove", "edit at=09:00"])(
    "from a file does not %s; the answer names the place",
    async (action) => {
      const world = emptyWorld();
      const where = { file: "config/sitrep.yaml", line: 22 };
      world.held.push(
        fakeSubscription({ id: "ufile01", tenant: "north", channel: "chat:news", where }),
      );
      const [name, ...rest] = action.split(" ");
      const line = ["subscription", name, "ufile01", ...rest].join(" ");
      expect(await ask(`${line} confirm=yes`, { world })).toContain(
        "error: ufile01 is declared in config/sitrep.yaml line 22: change it there",
      );
      expect(world.held).toHaveLength(1);
    },
  );
});

describe("digest", () => {
  test("previews what it would say now", async () => {
    expect(await ask("digest harbour", { caller: EDITOR })).toMatchInlineSnapshot(`
      "
      (only you)
      # Harbour strike
      2026-03-10 08:00 to 2026-03-10 12:00 UTC
      info: Nothing new.
      "
    `);
  });

  test("asks before it sends, and says when the period is told", async () => {
    const sent: string[] = [];
    const digests: CommandPorts["digests"] = {
      ...fakePorts(busyWorld()).digests,
      async sendNow(subscriptionId) {
        sent.push(subscriptionId);
        return sent.length === 1 ? "planned" : "already";
      },
    };
    const setup = { ports: { digests } };
    expect(await ask("digest harbour send", setup)).toContain(
      "> /sitrep digest harbour send confirm=yes",
    );
    expect(sent).toEqual([]);
    expect(await ask("digest harbour send confirm=yes", setup)).toContain("on its way");
    expect(await ask("digest harbour send confirm=yes", setup)).toContain("was sent already");
    expect(sent).toEqual(["u000nor", "u000nor"]);
  });

  test("needs a subscription of this channel to send", async () => {
    expect(await ask("digest river send")).toContain("This channel has no digest of that topic.");
  });
});

describe("help", () => {
  test("lists what the caller may do", async () => {
    const viewer = await ask("help", { caller: VIEWER });
    expect(viewer).toContain("| now | The stories of the moment, best first |");
    expect(viewer).not.toContain("subscribe");
    expect(viewer).not.toContain("sitrep-admin");
    expect(await ask("help")).toMatch(
      /\| \/sitrep-admin \| Does \|[\s\S]*\| source add \| Read a feed/,
    );
  });

  test("tells all of one command", async () => {
    expect(await ask("help digest")).toMatchInlineSnapshot(`
      "
      (only you)
      # /sitrep digest
      Preview a topic's next digest, or send it now; a period is sent once. Asks before it changes anything.
      > /sitrep digest topic [action]
      | Option | Is |
      | topic | Which topic |
      | [action] | preview shows it to you, send posts it to this channel: preview, send |
      "
    `);
  });
});

const FEED: FeedTrial = {
  url: "https://bob:hunter2@paper.example/feed?token=s3cret",
  parsed: {
    ok: true,
    feed: { title: "The Paper", url: "https://paper.example/", language: "en", updatedAt: null },
    items: [
      fakeItem({ id: "i1", storyId: "s1", title: "Older", source: null }),
      fakeItem({
        id: "i2",
        storyId: "s2",
        title: "Newer",
        source: null,
        publishedAt: "2026-03-10T11:00:00.000Z",
      }),
    ],
    problems: [{ code: "no-date", message: "1 item has no date." }],
  },
  status: 200,
  contentType: "application/rss+xml",
  charset: "utf-8",
  bytes: 5120,
  etag: '"v1"',
  lastModified: null,
  tookMs: 84.2,
};

const reader: CommandPorts["reader"] = {
  test: async (url) => ({ ...FEED, url }),
  discover: async (url) => [
    { url: FEED.url, title: "The Paper" },
    { url: `${new URL(url).origin}/comments`, title: "Comments" },
  ],
  list: async () => ({ problem: "The host does not answer." }),
};

describe("source", () => {
  test("add finds the feed behind a page, shows it without its secrets and reads it", async () => {
    const world = emptyWorld();
    const text = await ask('/sitrep-admin source add paper.example name="The Paper" every=30m', {
      world,
      ports: { reader },
    });
    expect(text).toMatchInlineSnapshot(`
      "
      (only you)
      good: Added as ffvfn1nlete: read every 30m from now on.
      Its first reading is its baseline: found by search, in no alert or scheduled digest.
      # The Paper
      Address: https://paper.example/feed?token=redacted
      Site: https://paper.example/
      Answer: status 200, application/rss+xml, 5,120 bytes, 84 ms
      Characters: utf-8
      Language: en
      Items: 2 items, 1 with a date
      Tells when nothing changed: yes
      | Newest | Published |
      | Newer | 1 h ago |
      | Older | no date |
      warning: 1 item has no date.
      [Add Comments] /sitrep-admin source add https://paper.example/comments
      "
    `);
    expect(world.feeds).toMatchObject([
      { url: FEED.url, name: "The Paper", everyMs: 1_800_000, where: null },
    ]);
    expect(
      await ask("/sitrep-admin source add paper.example", { world, ports: { reader } }),
    ).toContain("error: The Paper is read already");
  });

  test("add says why it read nothing, and repeats no password", async () => {
    const world = emptyWorld();
    const text = await ask("/sitrep-admin source add https://bob:hunter2@paper.example/", {
      world,
    });
    expect(text).toMatchInlineSnapshot(`
      "
      (only you) FAILED
      error: No feed could be read at https://paper.example/. The host does not answer.
      "
    `);
    expect(world.feeds).toEqual([]);
  });

  test.each(["ftp://paper.example/feed", "javascript:alert(1)", '""', "https://"])(
    "add refuses %s",
    async (url) => {
      expect(await ask(`/sitrep-admin source add ${url}`)).toContain("FAILED");
    },
  );

  test("list shows state and address without secrets", async () => {
    expect(await ask("/sitrep-admin source list")).toMatchInlineSnapshot(`
      "
      (only you)
      # Sources
      2 sources: 1 ok, 1 failing
      | Id | Name | Site | State |
      | f000000coast | Coast Daily | coast.example | failing |
      | f000000news | North News | news.example | ok |
      /sitrep-admin health tells why one is not ok; source test ID tells all of one.
      "
    `);
    expect(await ask("/sitrep-admin source list failing")).not.toContain("North News");
  });

  test("export gives OPML without any password", async () => {
    const text = await ask("/sitrep-admin source export");
    expect(text).toContain("file sources-2026-03-10.opml text/x-opml");
    expect(text).toContain('xmlUrl="https://news.example/feed"');
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain("s3cret");
  });

  test("test stores nothing", async () => {
    const world = emptyWorld();
    const text = await ask("/sitrep-admin source test https://paper.example/", {
      world,
      ports: { reader },
    });
    expect(text).toContain("Items: 2 items, 1 with a date");
    expect(world.feeds).toEqual([]);
  });

  test("remove asks first", async () => {
    const world = busyWorld();
    expect(
      await ask('/sitrep-admin source remove "Coast Daily"', { world }),
    ).toMatchInlineSnapshot(`
      "
      (only you)
      # Remove Coast Daily
      Id: f000000coast
      Address: https://coast.example/rss?key=redacted
      State: failing: status 503 (last read well 24 h ago)
      info: Nothing has been changed yet. This line does it:
      > /sitrep-admin source remove f000000coast confirm=yes
      [Remove] /sitrep-admin source remove f000000coast confirm=yes
      "
    `);
    expect(world.feeds).toHaveLength(2);
    await ask("/sitrep-admin source remove f000000coast confirm=yes", { world });
    expect(world.feeds.map(({ id }) => id)).toEqual(["f000000news"]);
  });

  test("remove leaves what a file declares", async () => {
    const world = emptyWorld();
    const where = { file: "config/feeds.yaml", line: 3 };
    world.feeds.push(fakeFeed({ id: "f000000file", url: "https://a.example/", name: "A", where }));
    expect(await ask("/sitrep-admin source remove f000000file confirm=yes", { world })).toContain(
      "error: A is declared in config/feeds.yaml line 3: remove it there.",
    );
    expect(world.feeds).toHaveLength(1);
  });
});

describe("topic", () => {
  test("list shows the queries", async () => {
    expect(await ask("/sitrep-admin topic list")).toMatchInlineSnapshot(`
      "
      (only you)
      # Topics
      | Topic | Name | Threshold | From |
      | harbour | Harbour strike | 60 | a command |
      | river | River floods | 50 | a command |
      /sitrep-admin topic edit TOPIC shows one with its query.
      [Backtest Harbour strike] /sitrep-admin topic backtest harbour
      [Backtest River floods] /sitrep-admin topic backtest river
      "
    `);
  });

  test("backtest tells what it would have matched", async () => {
    const world = busyWorld();
    const topics: CommandPorts["topics"] = {
      ...fakePorts(world).topics,
      list: () => [HARBOUR],
      matchOne(_, { title }) {
        const item = world.items.find((known) => known.title === title);
        return world.matches.get(item?.id ?? "")?.[0] ?? null;
      },
    };
    expect(
      await ask("/sitrep-admin topic backtest harbour since=7d", { world, ports: { topics } }),
    ).toMatchInlineSnapshot(`
      "
      (only you)
      # Backtest of harbour
      4 items in 2 stories of 5 items since 2026-03-03; threshold 60.
      From 2026-03-10: █
      | Day | Items |
      | 2026-03-10 | 4 |
      # Best
      | Score | Headline | Outlet | Main reason |
      | 82.5 | Dockers walk out in Nordhavn | North News | strike: “dockers walk out” |
      | 66 | Ferry crews vote on strike | North News | strike: “dockers walk out” |
      # Just below the threshold
      | Score | Headline | Outlet | Main reason |
      | 45 | Harbour cafe opens | Coast Daily | strike: “dockers walk out” |
      "
    `);
  });
});

test("health names what is ill, since when and why", async () => {
  expect(await ask("/sitrep-admin health")).toMatchInlineSnapshot(`
    "
    (only you)
    # Health
    1 ok, 1 failing
    | Id | Source | How it does |
    | f000000coast | Coast Daily | failing: status 503 (last read well 24 h ago) |
    [Test Coast Daily] /sitrep-admin source test f000000coast
    "
  `);
});

test("doctor shows each finding", async () => {
  const doctor: CommandPorts["doctor"] = {
    examine: async () => [
      { what: "clock", ok: true, text: "within 1 s" },
      { what: "disk", ok: false, text: "200 MB left: make room" },
    ],
  };
  expect(await ask("/sitrep-admin doctor", { ports: { doctor } })).toMatchInlineSnapshot(`
    "
    (only you)
    # Doctor
    warning: 1 of 2 need attention.
    | What | State | Found |
    | clock | ok | within 1 s |
    | disk | mend | 200 MB left: make room |
    "
  `);
});
