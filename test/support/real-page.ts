import { type FeedEntry, rssOf, serveFeeds } from "./feed-server.ts";
import { ownConfig } from "./own-config.ts";
import { addressOf, startSitrep } from "./sitrep.ts";

/** A whole `run` on the shipped seeds and topics and on three feeds of a server on loopback. */
export type RealPage = {
  readonly url: string;
  /** From now on the feeds hold something new. */
  publish(): void;
  /** Runs a command as the page would. */
  ask(text: string): Promise<unknown>;
  close(): Promise<void>;
};

const SETTINGS = `
subscriptions:
  - { channel: "web:main", topic: russian-deployments, mode: digest, at: "08:00", first: now }
  - { channel: "web:main", topic: venezuela-talks, mode: digest, at: "08:00", first: now }
`;

/** Each feed's name, its language, what it tells at its first poll, and what it tells later. */
const FEEDS: Readonly<
  Record<string, { language: string; old: readonly FeedEntry[]; fresh: readonly FeedEntry[] }>
> = {
  "Harbour Post": {
    language: "en",
    old: [entry("h1", "Harvest festival opens", "Thousands came to the opening of the festival.")],
    fresh: [
      entry(
        "h2",
        "Norway invites Venezuela's government and opposition to talks in Oslo",
        "Norway has invited the government of Venezuela and the opposition to a round of talks in Oslo next week, mediators said on Friday. Both sides confirmed that they will attend.",
      ),
    ],
  },
  "Diario del Puerto": {
    language: "es",
    old: [entry("d1", "Abre el mercado de invierno", "Miles de personas visitaron el mercado.")],
    fresh: [
      entry(
        "d2",
        "Gobierno y oposición de Venezuela acuerdan nueva ronda de diálogo en Oslo",
        "El gobierno de Venezuela y la oposición acordaron una nueva ronda de diálogo en Oslo con la mediación de Noruega.",
      ),
    ],
  },
  "Northern Wire": {
    language: "en",
    old: [entry("n1", "Ferry line to reopen", "The ferry line reopens in spring.")],
    fresh: [
      entry(
        "n2",
        "Russia sends military advisers to Niger",
        "Russia sent a hundred military advisers to Niger on Tuesday, officials in Niamey said. The advisers arrived at the air base in Agadez.",
      ),
    ],
  },
};

function entry(guid: string, title: string, text: string): FeedEntry {
  return { guid, title, text, link: `https://news.example/${guid}` };
}

/** Starts it; the caller must close it. */
export async function startRealPage(): Promise<RealPage> {
  let isFresh = false;
  const polled = new Set<string>();
  const server = await serveFeeds((request, response) => {
    const name = decodeURIComponent((request.url ?? "").slice(1));
    const feed = FEEDS[name];
    polled.add(name);
    response.setHeader("content-type", "application/rss+xml");
    response.end(rssOf(name, [...(feed?.old ?? []), ...(isFresh ? (feed?.fresh ?? []) : [])]));
  });
  const feeds = Object.entries(FEEDS).map(
    ([name, { language }]) =>
      `- { url: "${server.origin}/${encodeURIComponent(name)}", name: ${name}, language: ${language}, every: 1s }\n`,
  );
  const own = ownConfig({ settings: SETTINGS, feeds: feeds.join("") });
  const run = startSitrep(own.env);
  const close = async (): Promise<void> => {
    await run.end("SIGTERM");
    await server.stop();
    own.remove();
  };
  try {
    const url = await addressOf(run);
    const ask = async (text: string): Promise<unknown> => {
      const response = await fetch(`${url}/command`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text }),
      });
      return response.json();
    };
    for (let tries = 0; !(await firstPollsAreStored(ask)); tries += 1) {
      if (tries > 200) throw new Error("the feeds were not polled");
    }
    const publish = (): void => {
      isFresh = true;
    };
    return { url, publish, ask, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a first poll finds is in no alert: what is published has to come after it. */
async function firstPollsAreStored(ask: RealPage["ask"]): Promise<boolean> {
  const found = await Promise.all(
    ["festival", "mercado", "ferry"].map((word) => ask(`search ${word}`)),
  );
  return found.every(
    (reply) =>
      JSON.stringify(reply).includes('"kind":"story"') ||
      JSON.stringify(reply).includes("news.example"),
  );
}
