import dns, { type LookupAddress } from "node:dns";
import { describe, expect, onTestFinished, test } from "vitest";
import { DAY, type FeedHost, feedOf, HOUR, host, MINUTE, type Rig, rig } from "./rig.ts";

type LookupCallback = (error: null, addresses: LookupAddress[]) => void;

const sends =
  (body: string, headers: Record<string, string> = {}, status = 200): FeedHost["answer"] =>
  (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

/** Minutes until the next poll. */
async function minutesToNext(one: Rig, feedId: string): Promise<number> {
  const state = await one.state(feedId);
  return (Date.parse(state?.nextPollAt ?? "") - Date.parse(one.now())) / MINUTE;
}

/** A feed with ten entries that are so far apart, the newest just now. */
function feedEvery(apartMs: number, now: string): string {
  const items = Array.from({ length: 10 }, (_, index) => {
    const date = new Date(Date.parse(now) - index * apartMs).toUTCString();
    return `<item><guid isPermaLink="false">${index}</guid><title>Report ${index}</title><pubDate>${date}</pubDate></item>`;
  });
  return `<rss version="2.0"><channel><title>Wire</title>${items.join("")}</channel></rss>`;
}

describe("the wait", () => {
  test.each([
    ["busy", 5 * MINUTE, 15],
    ["hourly", HOUR, 30],
    ["weekly", 7 * DAY, 60],
  ])("of a %s feed follows its own rhythm", async (_name, apartMs, minutes) => {
    const one = await rig();
    const server = await host(sends(feedEvery(apartMs, one.now())));
    const id = await one.add(`${server.url}/feed`);
    await one.poll();
    const wait = await minutesToNext(one, id);
    expect(wait).toBeGreaterThanOrEqual(minutes);
    expect(wait).toBeLessThanOrEqual(minutes * 1.1);
  });

  test("differs between feeds that were added together", async () => {
    const one = await rig();
    const server = await host(sends(feedOf(["a"])));
    const ids: string[] = [];
    for (let index = 0; index < 8; index += 1) ids.push(await one.add(`${server.url}/${index}`));
    await one.poll();
    const waits = await Promise.all(ids.map((id) => minutesToNext(one, id)));
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  test("follows Expires, and a Retry-After that is a date", async () => {
    const one = await rig();
    const soon = new Date(Date.now() + 40 * MINUTE).toUTCString();
    const server = await host((request, response) => {
      if (request.url === "/busy") sends("", { "retry-after": soon }, 503)(request, response);
      else sends(feedOf(["a"]), { expires: soon })(request, response);
    });
    const fresh = await one.add(`${server.url}/fresh`);
    await one.poll();
    const busy = await one.add(`${server.url}/busy`);
    await one.poll();
    for (const id of [fresh, busy]) {
      expect(await minutesToNext(one, id)).toBeGreaterThan(38);
      expect(await minutesToNext(one, id)).toBeLessThan(46);
    }
  });
});

describe("one server", () => {
  test("is asked ten times a second at most, and its neighbour meanwhile", async () => {
    const { lookup } = dns;
    const resolve = (_host: string, _options: object, callback: LookupCallback): void =>
      callback(null, [{ address: "127.0.0.1", family: 4 }]);
    Object.assign(dns, { lookup: resolve });
    onTestFinished(async () => void Object.assign(dns, { lookup }));
    const one = await rig();
    const times = new Map<string, number[]>();
    const server = await host((request, response) => {
      const name = request.headers.host?.split(":")[0] ?? "";
      times.set(name, [...(times.get(name) ?? []), performance.now()]);
      sends(feedOf(["a"]))(request, response);
    });
    const { port } = new URL(server.url);
    for (const path of [1, 2, 3, 4, 5, 6]) await one.add(`http://many.example:${port}/${path}`);
    await one.add(`http://few.example:${port}/`);
    await one.poll();
    const many = times.get("many.example") ?? [];
    expect(many).toHaveLength(6);
    // Timers may be a little early, and what is counted here is when a request came.
    expect((many.at(-1) ?? 0) - (many[0] ?? 0)).toBeGreaterThan(400);
    expect((times.get("few.example")?.[0] ?? 0) - (many[0] ?? 0)).toBeLessThan(300);
  });
});
