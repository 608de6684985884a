import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { DAY, type FeedHost, feedOf, MINUTE, openHost, openRig, type Rig } from "./rig.ts";

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function host(answer: FeedHost["answer"]): Promise<FeedHost> {
  const opened = await openHost(answer);
  cleanUps.push(() => opened.stop());
  return opened;
}

/** A feed that names a hub, a hub that remembers what it was asked, and a Sitrep that polls the feed. */
async function pushed(): Promise<{
  one: Rig;
  server: FeedHost;
  id: string;
  titles: string[];
  asked: URLSearchParams[];
  /** Calls a callback, with the hub's question or with news. */
  call(callback: string, init?: RequestInit): Promise<Response>;
}> {
  const one = await openRig({ SITREP_PUBLIC_URL: "https://sitrep.example" });
  cleanUps.push(() => one.stop());
  const asked: URLSearchParams[] = [];
  const hub = await host((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      asked.push(new URLSearchParams(body));
      response.writeHead(202).end();
    });
  });
  const titles = ["a"];
  const server = await host((_request, response) => {
    const links = `<atom:link rel="hub" href="${hub.url}/hub"/><atom:link rel="self" href="${server.url}/feed"/>`;
    response.end(feedOf(titles, links));
  });
  const id = await one.add(`${server.url}/feed`);
  await one.poll();
  await expect.poll(() => asked.length).toBe(1);
  const call = (callback: string, init: RequestInit = {}): Promise<Response> => {
    const [mount] = one.polling.mounts;
    if (mount === undefined) throw new Error("there is no mount");
    expect(mount.path).toBe("/websub/:id");
    return mount.handle(new Request(callback, init));
  };
  return { one, server, id, titles, asked, call };
}

/** The links of a hub, in the headers only. */
const headerLinks = (hubUrl: string, selfUrl: string): string =>
  `<${hubUrl}>; rel="hub", <${selfUrl}>; rel="self"`;

/** The hub's question whether a request was meant. */
function question(asked: URLSearchParams | undefined, some: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    "hub.mode": "subscribe",
    "hub.topic": asked?.get("hub.topic") ?? "",
    "hub.challenge": "echo me",
    "hub.lease_seconds": "864000",
    ...some,
  });
  return `${asked?.get("hub.callback")}?${query}`;
}

function news(
  asked: URLSearchParams | undefined,
  body: string,
  secret: string | null,
): RequestInit {
  const digest = createHmac("sha256", secret ?? asked?.get("hub.secret") ?? "")
    .update(body)
    .digest("hex");
  const headers = { "content-type": "application/rss+xml", "x-hub-signature": `sha256=${digest}` };
  return { method: "POST", body, headers };
}

async function minutesToNext(one: Rig, id: string): Promise<number> {
  const at = Date.parse((await one.state(id))?.nextPollAt ?? "");
  return (at - Date.parse(one.now())) / MINUTE;
}

describe("a feed with a hub", () => {
  test("is subscribed with a secret, and what the hub signs is stored at once", async () => {
    const { one, asked, call } = await pushed();
    const [wanted] = asked;
    expect(wanted?.get("hub.mode")).toBe("subscribe");
    expect(wanted?.get("hub.callback")).toMatch(
      /^https:\/\/sitrep\.example\/websub\/f[0-9a-z]{10}\.\S{24}$/,
    );
    expect(wanted?.get("hub.secret")?.length).toBeGreaterThanOrEqual(40);
    const confirmed = await call(question(wanted));
    expect([confirmed.status, await confirmed.text()]).toEqual([200, "echo me"]);
    const sent = await call(
      wanted?.get("hub.callback") ?? "",
      news(wanted, feedOf(["pushed"]), null),
    );
    expect(sent.status).toBe(202);
    expect(await one.titles()).toEqual(["a", "pushed"]);
  });

  test("takes nothing that is signed wrongly, too long or for somebody else", async () => {
    const { one, asked, call } = await pushed();
    const [wanted] = asked;
    await call(question(wanted));
    const callback = wanted?.get("hub.callback") ?? "";
    const forged = await call(callback, news(wanted, feedOf(["forged"]), "another secret"));
    expect(forged.status).toBe(202);
    const unsigned = await call(callback, { method: "POST", body: feedOf(["unsigned"]) });
    expect(unsigned.status).toBe(202);
    const long = await call(callback, news(wanted, feedOf(["long"]) + " ".repeat(3_000_000), null));
    expect(long.status).toBe(413);
    const guessed = await call(
      `${callback.slice(0, -1)}_`,
      news(wanted, feedOf(["guessed"]), null),
    );
    expect(guessed.status).toBe(404);
    expect((await call(question(wanted, { "hub.topic": "https://other.example/" }))).status).toBe(
      404,
    );
    expect(await one.titles()).toEqual(["a"]);
  });

  test("is polled slowly while the hub sends, as usual once the hub misses news, and subscribed again in time", async () => {
    const { one, id, titles, asked, call } = await pushed();
    const [wanted] = asked;
    await call(question(wanted));
    await one.pollWhenDue(id);
    expect(await minutesToNext(one, id)).toBeGreaterThanOrEqual(60);
    for (const title of ["b", "c", "d", "e"]) {
      titles.push(title);
      await one.pollWhenDue(id);
    }
    expect(await minutesToNext(one, id)).toBeLessThanOrEqual(17);
    expect(one.lines).toContain("warn a hub misses news of this feed; it is polled as usual again");
    expect(asked).toHaveLength(1);
    one.pass(10 * DAY);
    titles.push("f");
    await one.poll();
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]?.get("hub.secret")).toBe(wanted?.get("hub.secret"));
  });
});

test("a hub that only the headers name is asked, and asked again in time while nothing changes", async () => {
  const one = await openRig({ SITREP_PUBLIC_URL: "https://sitrep.example" });
  cleanUps.push(() => one.stop());
  const topics: (string | null)[] = [];
  const hub = await host((request, response) => {
    void text(request).then((body) => {
      topics.push(new URLSearchParams(body).get("hub.topic"));
      response.writeHead(202).end();
    });
  });
  const server = await host((request, response) => {
    response.setHeader("link", headerLinks(`${hub.url}/hub`, "https://wire.example/topic"));
    response.setHeader("etag", '"1"');
    if (request.headers["if-none-match"] === '"1"') response.writeHead(304).end();
    else response.end(feedOf(["a"]));
  });
  const id = await one.add(`${server.url}/feed`);
  await one.poll();
  await expect.poll(() => topics).toEqual(["https://wire.example/topic"]);
  one.pass(DAY);
  await one.poll();
  expect((await one.state(id))?.status).toBe(304);
  await expect.poll(() => topics.length).toBe(2);
});

test("without a public address no hub is asked", async () => {
  const one = await openRig();
  cleanUps.push(() => one.stop());
  const hub = await host((_request, response) => void response.end());
  const links = `<atom:link rel="hub" href="${hub.url}/"/><atom:link rel="self" href="${hub.url}/feed"/>`;
  const server = await host((_request, response) => void response.end(feedOf(["a"], links)));
  await one.add(`${server.url}/feed`);
  await one.poll();
  expect(hub.asked).toHaveLength(0);
  expect(one.polling.mounts).toEqual([]);
});

test("a feed that asks for full text gets it for what is new, and keeps it while the feed stays as it is", async () => {
  const one = await openRig();
  cleanUps.push(() => one.stop());
  const paragraph =
    "Envoys of both sides met in the harbour town and agreed on a second round of talks. ";
  const server = await host((request, response) => {
    if (request.url === "/feed") {
      const item = `<item><guid>1</guid><title>Talks</title><link>${server.url}/page</link><description>Short.</description></item>`;
      response.end(`<rss version="2.0"><channel><title>W</title>${item}</channel></rss>`);
      return;
    }
    response.setHeader("content-type", "text/html");
    response.end(
      `<html><head><title>Talks</title></head><body><nav>Menu</nav><article><h1>Talks</h1>${`<p>${paragraph.repeat(3)}</p>`.repeat(4)}</article></body></html>`,
    );
  });
  const id = await one.add(`${server.url}/feed`, { fullText: true });
  await one.poll();
  const textOf = async (): Promise<string> => {
    const [item] = await one.sitrep.ledger.itemsSince("2000-01-01T00:00:00.000Z", null, 9);
    return item?.text ?? "";
  };
  expect(await textOf()).toContain("agreed on a second round");
  await one.pollWhenDue(id, 2);
  expect(await textOf()).toContain("agreed on a second round");
  expect(server.asked.filter(({ url }) => url === "/page")).toHaveLength(1);
});
