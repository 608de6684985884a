import { describe, expect, onTestFinished, test } from "vitest";
import { DAY, type FeedHost, feedOf, HOUR, host, MINUTE, type Rig, rig } from "./rig.ts";

const sends =
  (body: string, headers: Record<string, string> = {}, status = 200): FeedHost["answer"] =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/rss+xml", ...headers });
    response.end(body);
  };

/** Minutes until the next poll. */
async function minutesToNext(one: Rig, feedId: string): Promise<number> {
  const state = await one.state(feedId);
  return Math.round((Date.parse(state?.nextPollAt ?? "") - Date.parse(one.now())) / MINUTE);
}

describe("validators", () => {
  test("come back to the server verbatim, and follow a 304", async () => {
    const one = await rig();
    const server = await host(sends(feedOf(["a"]), { etag: 'W/"odd=one"' }));
    const id = await one.add(`${server.url}/feed`);
    await one.poll();
    server.answer = (_request, response) => {
      response.writeHead(304, { "last-modified": "Mon, 02 Mar 2026 12:00:00 GMT" }).end();
    };
    await one.pollWhenDue(id, 2);
    expect(server.asked.map(({ headers }) => headers["if-none-match"])).toEqual([
      undefined,
      'W/"odd=one"',
      'W/"odd=one"',
    ]);
    expect(server.asked[2]?.headers["if-modified-since"]).toBe("Mon, 02 Mar 2026 12:00:00 GMT");
  });

  test("are not kept while entries of the document wait to be stored", async () => {
    const one = await rig();
    const names = Array.from({ length: 1_000 }, (_, index) => `first ${index}`);
    const server = await host(sends(feedOf(names), { etag: '"1"' }));
    const id = await one.add(`${server.url}/feed`);
    await one.poll();
    const others = names.map((name) => name.replace("first", "second"));
    server.answer = sends(feedOf(others), { etag: '"2"' });
    await one.pollWhenDue(id);
    const stored = (await one.titles()).length;
    expect(stored).toBe(1_500);
    expect(one.lines).toContain(
      "warn feed brings more new entries than are taken at a time; the others are taken later",
    );
    for (let turn = 0; turn < 24; turn += 1) {
      one.pass(HOUR);
      await one.poll();
    }
    expect(server.asked.at(2)?.headers["if-none-match"]).toBeUndefined();
    expect((await one.titles()).length).toBe(2_000);
    expect(server.asked.at(-1)?.headers["if-none-match"]).toBe('"2"');
  });
});

describe("the wait", () => {
  test("follows ttl, skipHours and Cache-Control, and is never shorter than the feed's own", async () => {
    const one = await rig();
    const server = await host((request, response) => {
      const [wish = "", headers = {}] = {
        "/ttl": ["<ttl>40</ttl>"],
        "/zero": ["<ttl>0</ttl>"],
        "/skip": ["<skipHours><hour>12</hour><hour>13</hour></skipHours>"],
        "/cache": ["", { "cache-control": "max-age=1800" }],
        "/year": ["", { "cache-control": "max-age=31536000" }],
      }[request.url ?? ""] as [string, Record<string, string>?];
      sends(feedOf(["a"], wish), headers)(request, response);
    });
    const waits: Record<string, number> = {};
    for (const path of ["/ttl", "/zero", "/skip", "/cache", "/year"]) {
      const id = await one.add(`${server.url}${path}`);
      await one.poll();
      waits[path] = await minutesToNext(one, id);
    }
    const within = (wait: number | undefined, least: number): void => {
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(least * 1.1 + 1);
    };
    within(waits["/ttl"], 40);
    within(waits["/zero"], 15);
    within(waits["/skip"], 120);
    within(waits["/cache"], 30);
    within(waits["/year"], 60);
  });

  test("grows while nothing changes, and twofold with each failure up to a day", async () => {
    const one = await rig();
    const server = await host(sends(feedOf(["a"]), { etag: '"1"' }));
    const id = await one.add(`${server.url}/feed`);
    await one.poll();
    await one.pollWhenDue(id, 12);
    const quiet = await minutesToNext(one, id);
    expect(quiet).toBeGreaterThanOrEqual(59);
    expect(quiet).toBeLessThanOrEqual(66);
    server.answer = sends("", {}, 500);
    const waits: number[] = [];
    for (let turn = 0; turn < 9; turn += 1) {
      await one.pollWhenDue(id);
      waits.push(await minutesToNext(one, id));
    }
    for (const [index, wait] of waits.entries()) {
      const least = Math.min(15 * 2 ** index, 24 * 60);
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(least * 1.1 + 1);
    }
  });
});

describe("a server that asks for less", () => {
  test.each([429, 503])(
    "with %i is left alone with all its feeds, and others are not",
    async (status) => {
      const one = await rig();
      const server = await host(sends("", { "retry-after": "7200" }, status));
      const other = await host(sends(feedOf(["other"])));
      const first = await one.add(`${server.url}/1`);
      await one.poll();
      const second = await one.add(`${server.url}/2`);
      await one.add(`${other.url}/feed`);
      one.pass(30 * MINUTE);
      await one.poll();
      expect(server.asked).toHaveLength(1);
      expect(other.asked).toHaveLength(1);
      server.answer = sends(feedOf(["back"]));
      one.pass(2 * HOUR);
      await one.poll();
      await one.pollWhenDue(second);
      expect(server.asked.length).toBeGreaterThanOrEqual(3);
      expect((await one.state(first))?.failures).toBe(0);
    },
  );

  test("for ever is asked again after eight hours, and without a time after ten minutes", async () => {
    const one = await rig();
    const server = await host(sends("", { "retry-after": "999999999999999" }, 429));
    const patient = await host(sends("", {}, 429));
    await one.add(`${server.url}/1`);
    await one.add(`${patient.url}/1`);
    await one.poll();
    const [second, third] = [await one.add(`${server.url}/2`), await one.add(`${patient.url}/2`)];
    await one.poll();
    expect(await minutesToNext(one, second)).toBeGreaterThanOrEqual(8 * 60);
    expect(await minutesToNext(one, second)).toBeLessThanOrEqual(8 * 60 + 1);
    expect(await minutesToNext(one, third)).toBeLessThanOrEqual(11);
  });
});

describe("a feed that fails", () => {
  test("is given up after a week with one notice, and comes back when it is read by hand", async () => {
    const one = await rig();
    const server = await host(sends(feedOf(["a"])));
    const id = await one.add(`${server.url}/feed?token=hidden`, { name: "Harbour Post" });
    await one.poll();
    server.answer = sends("", {}, 404);
    await one.pollWhenDue(id, 15);
    expect(await one.state(id)).toMatchObject({ paused: true, status: 404 });
    expect(one.told).toHaveLength(1);
    expect(one.told[0]).toMatch(/^web error: Harbour Post is given up\. .* answered 404/);
    expect(one.told[0]).toContain(`/sitrep-admin source test ${id}`);
    expect(one.told.join()).not.toContain("hidden");
    const asked = server.asked.length;
    one.pass(30 * DAY);
    await one.poll();
    expect(server.asked).toHaveLength(asked);

    server.answer = sends(feedOf(["a", "b"]));
    const ports = await one.sitrep.portsFor({ tenant: "web", channel: "web:main" });
    await ports.reader.test(`${server.url}/feed?token=hidden`);
    expect(await one.state(id)).toMatchObject({ paused: false });
    await one.pollWhenDue(id);
    expect(await one.state(id)).toMatchObject({ paused: false, failures: 0, problem: null });
    expect(one.lines).toContain("info feed can be read again");
    expect(one.told).toHaveLength(1);
    expect(await one.titles()).toEqual(["a", "b"]);
  });

  test("comes back in a round of all feeds too", async () => {
    const one = await rig();
    const server = await host(sends("", {}, 410));
    const id = await one.add(`${server.url}/feed`);
    await one.poll();
    expect(await one.state(id)).toMatchObject({ paused: true, status: 410 });
    expect(one.told).toHaveLength(1);
    expect(one.told[0]).toContain("gone for good");
    server.answer = sends(feedOf(["a"]));
    await one.polling.pollAll(() => undefined);
    expect(await one.state(id)).toMatchObject({ paused: false, failures: 0 });
    expect(one.told.at(-1)).toBe("web good: 127.0.0.1 is read again.");
  });
});

test("a permanent redirect is followed without asking the old address only once it has held for a week", async () => {
  const one = await rig();
  const next = await host(sends(feedOf(["a"])));
  const server = await host((_request, response) => {
    response.writeHead(301, { location: `${next.url}/feed` }).end();
  });
  const id = await one.add(`${server.url}/feed`, { everyMs: HOUR });
  await one.poll();
  await one.pollWhenDue(id, 49);
  expect(server.asked).toHaveLength(50);
  one.pass(7 * DAY);
  await one.pollWhenDue(id, 3);
  expect(server.asked.length).toBeLessThanOrEqual(52);
  const [old, fresh] = [server.asked.length, next.asked.length];
  await one.pollWhenDue(id, 2);
  expect(server.asked).toHaveLength(old);
  expect(next.asked).toHaveLength(fresh + 2);
  expect(one.lines).toContain("info feed has moved; it is asked there");

  next.answer = sends("", {}, 404);
  server.answer = sends(feedOf(["a", "back"]));
  await one.pollWhenDue(id, 2);
  expect(await one.titles()).toEqual(["a", "back"]);
});

test("a feed that answers but fell silent is told once, and once more when it speaks", async () => {
  const one = await rig();
  const names: string[] = [];
  const server = await host((request, response) => sends(feedOf(names))(request, response));
  const id = await one.add(`${server.url}/feed`, { name: "Daily", everyMs: HOUR });
  await one.poll();
  for (let day = 0; day < 14; day += 1) {
    names.push(`day ${day}`);
    one.pass(DAY);
    await one.poll();
  }
  expect(one.told).toEqual([]);
  for (let turn = 0; turn < 30; turn += 1) {
    one.pass(6 * HOUR);
    await one.poll();
  }
  expect(one.told).toHaveLength(1);
  expect(one.told[0]).toMatch(
    /^web warning: Daily answers, but has brought nothing new since 2026-03-16/,
  );
  expect(await one.state(id)).toMatchObject({ failures: 0 });
  expect((await one.state(id))?.problem).toContain("nothing new since 2026-03-16");
  names.push("at last");
  one.pass(6 * HOUR);
  await one.poll();
  expect(one.told).toHaveLength(2);
  expect(one.told[1]).toMatch(/^web good: Daily brings news again/);
  expect((await one.state(id))?.problem).toBeNull();
});

test("an address that two want is fetched once", async () => {
  const one = await rig();
  const server = await host(sends(feedOf(["a"])));
  const entry = (tenant: string) => ({ tenant, at: one.now(), user: "web:local", what: "added" });
  const id = await one.add(`${server.url}/feed`);
  const [feed] = await one.sitrep.ledger.feeds();
  if (feed === undefined) throw new Error("no feed");
  const { state: _, ...bare } = feed;
  for (const tenant of ["one", "two"]) await one.sitrep.ledger.addFeed(bare, entry(tenant));
  await Promise.all([one.poll(), one.poll(), one.poll()]);
  expect(server.asked).toHaveLength(1);
  expect((await one.state(id))?.lastOkAt).toBe(one.now());
});

test("no more than two requests are under way to one host, and each says who asks and where to find us", async () => {
  const one = await rig({ SITREP_PUBLIC_URL: "https://sitrep.example" });
  let running = 0;
  let most = 0;
  const waiting: (() => void)[] = [];
  const server = await host((request, response) => {
    running += 1;
    most = Math.max(most, running);
    waiting.push(() => {
      running -= 1;
      sends(feedOf(["a"]))(request, response);
    });
    setImmediate(() => waiting.shift()?.());
  });
  for (let index = 0; index < 9; index += 1) await one.add(`${server.url}/${index}`);
  await one.poll();
  expect(server.asked).toHaveLength(9);
  expect(most).toBeLessThanOrEqual(2);
  expect(server.asked[0]?.headers["user-agent"]).toMatch(
    /^Sitrep\/\S+ .*\+https:\/\/sitrep\.example/,
  );
});

describe("a document that breaks off", () => {
  test("is read as far as it came, and in full the next time", async () => {
    const one = await rig();
    const whole = feedOf(["first", "second", "third"]);
    const server = await host((request, response) => {
      response.setHeader("etag", '"1"');
      if (request.headers["if-none-match"] === '"1"') response.writeHead(304).end();
      else if (server.asked.length > 1) response.end(whole);
      // Without a length, the end of the connection is the end of the document.
      else {
        response.shouldKeepAlive = false;
        response.useChunkedEncodingByDefault = false;
        response.end(whole.slice(0, whole.indexOf("third") + 2));
      }
    });
    const id = await one.add(`${server.url}/feed`);
    await one.poll();
    expect(await one.titles()).toEqual(["first", "second"]);
    await one.pollWhenDue(id);
    expect((await one.titles()).toSorted()).toEqual(["first", "second", "third"]);
  });

  test("before its length is a failure, of which nothing is stored", async () => {
    const one = await rig();
    const server = await host((_request, response) => {
      response.setHeader("content-length", "5000");
      response.write(feedOf(["first"]), () => response.destroy());
    });
    const id = await one.add(`${server.url}/feed`);
    await one.poll();
    expect(await one.titles()).toEqual([]);
    expect(await one.state(id)).toMatchObject({ failures: 1, lastOkAt: null });
  });
});

test("feeds that hang do not hold up feeds that answer", async () => {
  const one = await rig();
  const hanging = await host(() => undefined);
  const server = await host(sends(feedOf(["quick"])));
  for (let index = 0; index < 80; index += 1) {
    const port = new URL(hanging.url).port;
    await one.add(`http://127.0.0.${(index % 80) + 2}:${port}/`, { everyMs: MINUTE });
  }
  const id = await one.add(`${server.url}/feed`);
  const round = one.poll();
  await expect
    .poll(async () => (await one.state(id))?.lastOkAt ?? null, { timeout: 5_000 })
    .not.toBeNull();
  onTestFinished(() => round);
});
