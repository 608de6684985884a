import { afterEach, expect, test } from "vitest";
import { createDeliveryLoop } from "../../src/delivery/loop.ts";
import { pause } from "../../src/delivery/pause.ts";
import { initialState } from "../../src/digests/standing.ts";
import type { Subscription } from "../../src/digests/subscription.ts";
import { createLog } from "../../src/log.ts";
import { createIngester } from "../../src/pipeline/ingest.ts";
import { createPlanner } from "../../src/pipeline/planning.ts";
import { createQuiet } from "../../src/pipeline/quiet.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { createLiveTopics } from "../../src/tenants/live-topics.ts";
import { tempFolder } from "../chaos/world.ts";
import { replyText } from "../support/reply-text.ts";
import { subscriptionOf } from "../support/sim-news.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const MONDAY = "2026-03-02T12:00:00.000Z";
const PLACES = ["Antwerp", "Bergen", "Cadiz", "Durban", "Eilat", "Genoa", "Haifa"];

/** One channel and what it sees: the real ledger, planner and delivery, with a clock of the test's own. */
async function startChannel(changes: Partial<Subscription> = {}) {
  const { folder, remove } = tempFolder();
  ends.push(remove);
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  ends.push(() => ledger.close());
  let at = "2026-03-02T12:00:00.001Z";
  const now = (): string => at;
  const topic = {
    id: "ports",
    name: "Ports",
    about: "",
    query: "harbour",
    threshold: 1,
    where: null,
  };
  const live = createLiveTopics(ledger, [topic], []);
  const ingester = await createIngester({ ledger, live, posts: { publicUrl: null }, now });
  const log = createLog("silent", [], false);
  const planner = createPlanner({ ledger, live, publicUrl: null, timezone: "UTC", now, log });
  const wish = subscriptionOf({ channel: "sim:a", createdAt: MONDAY, ...changes });
  await ledger.saveSubscription(wish, initialState(wish, MONDAY));
  const seen: string[] = [];
  let refusals = 0;
  const loop = createDeliveryLoop({
    outbox: ledger,
    quietUntil: createQuiet({ ledger, log, now }),
    transports: [
      {
        platform: "sim",
        sameKeyMs: 0,
        send: async ({ key, reply }) => {
          if (refusals-- > 0) {
            return { kind: "retry", reason: "busy", afterMs: 60_000, scope: "channel" };
          }
          seen.push(replyText(reply));
          return { kind: "sent", messageId: key };
        },
        find: async () => ({ kind: "absent" }),
      },
    ],
    now,
    elapsedMs: () => Date.parse(at),
    pause,
    log,
    onSettled: () => undefined,
    onParked: () => undefined,
  });
  let stories = 0;
  return {
    sendNow: () => planner.sendNow(wish.id),
    refuse: (times: number) => {
      refusals = times;
    },
    async bring(count: number) {
      const items = Array.from({ length: count }, () => storyItem(stories++));
      await ingester.ingest({ feedId: "feed", items, baseline: false, state: () => null });
    },
    /** What the channel sees anew when the clock shows that moment. */
    async when(moment: string): Promise<readonly string[]> {
      at = moment;
      await planner.planDue();
      await loop.tick();
      return seen.splice(0);
    },
  };
}

function storyItem(number: number) {
  const place = PLACES[number] ?? "Oslo";
  return {
    guid: `g${number}`,
    title: `Harbour of ${place} ${["closes", "grows", "burns", "floods", "opens", "sinks", "strikes"][number]}`,
    url: `https://news.example/${place}`,
    publishedAt: null,
    updatedAt: null,
    author: null,
    summary: null,
    text: null,
    categories: [],
    enclosures: [],
    source: "Harbour News",
    agency: null,
    language: "en",
  };
}

const toldIn = (posts: readonly string[]): readonly string[] =>
  posts.map((post) => PLACES.filter((place) => post.includes(place)).join(" "));

test("a digest asked for now is sent once, and its own slot then passes in silence", async () => {
  const channel = await startChannel();
  await channel.bring(1);
  expect(await channel.sendNow()).toBe("planned");
  expect(await channel.sendNow()).toBe("already");
  expect(toldIn(await channel.when("2026-03-02T12:00:01.000Z"))).toEqual(["Antwerp"]);
  await channel.bring(1);
  expect(await channel.when("2026-03-03T08:00:01.000Z")).toEqual([]);
  expect(toldIn(await channel.when("2026-03-04T08:00:01.000Z"))).toEqual(["Bergen"]);
});

test("a digest asked for after a slot that a clock that was ahead has served is sent", async () => {
  const channel = await startChannel();
  await channel.bring(1);
  expect(toldIn(await channel.when("2026-03-05T08:00:01.000Z"))).toEqual(["Antwerp"]);
  for (const moment of ["02T12:01", "03T08:01", "04T08:01", "05T08:01"]) {
    expect(await channel.when(`2026-03-${moment}:00.000Z`)).toEqual([]);
  }
  await channel.bring(1);
  expect(await channel.sendNow()).toBe("planned");
  expect(toldIn(await channel.when("2026-03-05T08:01:01.000Z"))).toEqual(["Bergen"]);
});

test("after days without power one digest catches up", async () => {
  const channel = await startChannel();
  await channel.bring(2);
  expect(toldIn(await channel.when("2026-03-09T11:00:00.000Z"))).toEqual(["Antwerp Bergen"]);
  expect(await channel.when("2026-03-09T11:00:01.000Z")).toEqual([]);
  await channel.bring(1);
  expect((await channel.when("2026-03-10T08:00:00.000Z")).length).toBe(1);
});

test("what a cap leaves out is counted, and told in the next digest", async () => {
  const channel = await startChannel({ cap: 2 });
  await channel.bring(3);
  const [first = ""] = await channel.when("2026-03-03T08:00:00.000Z");
  const [second = ""] = await channel.when("2026-03-04T08:00:00.000Z");
  expect(first).toMatch(/1 more/);
  expect(toldIn([`${first} ${second}`])).toEqual(["Antwerp Bergen Cadiz"]);
  expect(toldIn([first])[0]?.split(" ").length).toBe(2);
});

test("an empty period is silent, or says so where that is asked for", async () => {
  const silent = await startChannel();
  expect(await silent.when("2026-03-03T08:00:00.000Z")).toEqual([]);
  const says = await startChannel({ empty: "say" });
  expect((await says.when("2026-03-03T08:00:00.000Z")).length).toBe(1);
});

test("a digest whose slot lies in quiet hours, and one that is tried again in them, wait for their end", async () => {
  const quiet = { from: "07:59", to: "09:00" };
  const early = await startChannel({ quiet });
  await early.bring(1);
  expect(await early.when("2026-03-03T08:00:00.000Z")).toEqual([]);
  expect((await early.when("2026-03-03T09:00:00.000Z")).length).toBe(1);

  const late = await startChannel({ quiet: { from: "08:01", to: "09:00" } });
  await late.bring(1);
  late.refuse(1);
  expect(await late.when("2026-03-03T08:00:00.000Z")).toEqual([]);
  expect(await late.when("2026-03-03T08:02:00.000Z")).toEqual([]);
  expect(await late.when("2026-03-03T08:30:00.000Z")).toEqual([]);
  expect((await late.when("2026-03-03T09:00:00.000Z")).length).toBe(1);
});

test.each([
  ["a day ahead", "2026-03-03T12:30:00.000Z", 1],
  ["days behind", "2026-02-20T12:30:00.000Z", 0],
])("a clock that was %s for a while takes no slot and doubles none", async (_how, wrong, early) => {
  const channel = await startChannel({ empty: "say" });
  expect((await channel.when(wrong)).length).toBe(early);
  expect(await channel.when("2026-03-02T13:00:00.000Z")).toEqual([]);
  const onTime = await channel.when("2026-03-03T08:00:00.000Z");
  expect(onTime.length + early).toBe(1);
  expect((await channel.when("2026-03-04T08:00:00.000Z")).length).toBe(1);
});
