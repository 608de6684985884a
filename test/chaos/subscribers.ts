import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { initialState } from "../../src/digests/standing.ts";
import { WEEKDAYS } from "../../src/digests/subscription.ts";
import { parseFeed } from "../../src/feeds/parse.ts";
import { createIngester } from "../../src/pipeline/ingest.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { createLiveTopics } from "../../src/tenants/live-topics.ts";
import { rssOf } from "../support/feed-server.ts";
import type { Proof } from "./proof.ts";
import { channelOf, tempFolder } from "./world.ts";

const ITEMS = 20;
const CPU_SECONDS_MAX = 1;

/** One feed with new items of a topic that so many channels want alerts of: what it costs until all stand in the outbox. */
export async function subscribers(size: number): Promise<Proof> {
  const { folder, remove } = tempFolder();
  mkdirSync(join(folder, "data"));
  const ledger = await openSqliteLedger({ folder: join(folder, "data"), exclusive: false });
  const at = new Date().toISOString();
  for (let index = 0; index < size; index++) {
    const subscription = subscriptionOf(index, at);
    await ledger.saveSubscription(subscription, initialState(subscription, at));
  }
  const topic = {
    id: "harbours",
    name: "Harbours",
    about: "Harbours",
    query: "harbour OR port",
    threshold: 1,
    where: null,
  };
  const live = createLiveTopics(ledger, [topic], []);
  const now = (): string => new Date().toISOString();
  const ingester = await createIngester({ ledger, live, posts: { publicUrl: null }, now });
  await live.current();
  const bytes = Buffer.from(feedOf(0));
  const before = process.cpuUsage();
  const parsed = await parseFeed(bytes, { contentType: "application/rss+xml", base: null });
  const { alerts } = await ingester.ingest({
    feedId: "feed",
    items: parsed.items,
    baseline: false,
    state: () => null,
  });
  const { user, system } = process.cpuUsage(before);
  const seconds = Number(((user + system) / 1e6).toFixed(2));
  const { pending } = await ledger.counts();
  await ledger.close();
  remove();
  return {
    tried: `one feed with ${ITEMS} new items, ${size} subscribed channels`,
    zeros: [
      {
        what: "alerts that are not in the outbox",
        times: ITEMS * size - pending,
        of: ITEMS * size,
      },
    ],
    figures: [
      { what: "alerts", value: alerts, ok: null },
      { what: "of it in the system, in ms", value: Math.round(system / 1_000), ok: null },
      {
        what: `CPU seconds before sending (at most ${CPU_SECONDS_MAX})`,
        value: seconds,
        ok: seconds <= CPU_SECONDS_MAX,
      },
    ],
  };
}

function subscriptionOf(index: number, at: string) {
  return {
    id: `u${index.toString(36).padStart(6, "0")}`,
    tenant: "discord:1",
    channel: `discord:${channelOf("discord", index)}`,
    topicId: "harbours",
    mode: "instant" as const,
    schedule: { kind: "times" as const, at: ["08:00"], days: WEEKDAYS },
    timezone: "UTC",
    minScore: null,
    language: null,
    layout: "cards" as const,
    mention: null,
    first: "next" as const,
    quiet: null,
    cap: 20,
    empty: "silent" as const,
    paused: false,
    createdAt: at,
    where: null,
  };
}

const PLACES = [
  "Antwerp",
  "Bergen",
  "Cadiz",
  "Durban",
  "Eilat",
  "Fremantle",
  "Genoa",
  "Haifa",
  "Izmir",
  "Jakarta",
  "Karachi",
  "Lagos",
  "Mombasa",
  "Naples",
  "Oslo",
  "Piraeus",
  "Qingdao",
  "Rotterdam",
  "Santos",
  "Tampa",
];

/** Items that are stories of their own. */
export function feedOf(from: number): string {
  return rssOf(
    "Harbour news",
    PLACES.slice(0, ITEMS).map((place, index) => itemOf(place, from + index)),
  );
}

/** An item that no other is like: a story of its own. */
export function itemOf(place: string, index: number) {
  const words = Array.from({ length: 40 }, (_, word) => wordOf(index * 40 + word));
  return {
    guid: `g${index}`,
    title: `Harbour: ${words.slice(0, 6).join(" ")}`,
    text: `${place} ${words.slice(6).join(" ")}.`,
    link: `https://news.example/${index}`,
  };
}

const SYLLABLES = [
  "ba",
  "cu",
  "di",
  "fo",
  "ge",
  "ha",
  "ji",
  "ku",
  "lo",
  "mu",
  "ne",
  "pi",
  "ro",
  "su",
  "ta",
  "ve",
];

/** A word that no other number has. */
function wordOf(number: number): string {
  const mixed = Math.imul(number + 1, 2_654_435_761) >>> 0;
  return Array.from({ length: 8 }, (_, place) => SYLLABLES[(mixed >>> (4 * place)) & 15]).join("");
}
