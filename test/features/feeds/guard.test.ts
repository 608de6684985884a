import dns from "node:dns";
import { isIP } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFetcher, type Fetcher, type FetchResult } from "../../../src/feeds/fetch.ts";
import { createGuard } from "../../../src/feeds/guard.ts";
import { FEED, serve, type TestServer } from "./server.ts";

/** Answers of the resolver, one list a lookup; the last one stays. */
type Zone = Record<string, string[][]>;

const realLookup = dns.lookup;
let zone: Zone = {};
let inside: TestServer;
let outside: TestServer;
let fetcher: Fetcher;

/** Puts a resolver of our own in the place of the system's, as a preloaded module may. */
function resolveFrom(): void {
  const lookup = (
    host: string,
    options: { all?: boolean },
    callback: (...answer: unknown[]) => void,
  ): void => {
    const answers = isIP(host) !== 0 ? [[host]] : zone[host.toLowerCase()];
    const answer = answers !== undefined && answers.length > 1 ? answers.shift() : answers?.[0];
    if (answer === undefined) {
      setImmediate(callback, Object.assign(new Error("not found"), { code: "ENOTFOUND" }));
      return;
    }
    const all = answer.map((address) => ({ address, family: isIP(address) }));
    if (options.all) setImmediate(callback, null, all);
    else setImmediate(callback, null, all[0]?.address, all[0]?.family);
  };
  Object.assign(dns, { lookup });
}

beforeEach(async () => {
  inside = await serve((_, response) => response.end(FEED));
  outside = await serve((request, response) => {
    const to = new URL(request.url ?? "/", "http://x").searchParams.get("to");
    if (to !== null) response.writeHead(302, { location: to });
    response.end(FEED);
  }, "127.0.0.2");
  resolveFrom();
  // 127.0.0.2 stands for the public network.
  fetcher = createFetcher({
    guard: createGuard({ allow: ["127.0.0.2/32"] }),
    userAgent: "test",
    wireBytesMax: 100_000,
    bodyBytesMax: 100_000,
    deadlineMs: 3_000,
  });
});

afterEach(async () => {
  Object.assign(dns, { lookup: realLookup });
  zone = {};
  await fetcher.close();
  await inside.close();
  await outside.close();
});

function get(url: string): Promise<FetchResult> {
  return fetcher.fetch(url, { validators: null });
}

describe("the guard never connects to", () => {
  test.each([
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "%31%32%37.0.0.1",
    "①②⑦.⓪.⓪.①",
    "localhost",
    "LOCALHOST.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "0.0.0.0",
    "public.test@127.0.0.1",
  ])("%s", async (host) => {
    const result = await get(`http://${host}:${inside.port}/`);
    expect(result.kind).toBe("failed");
    expect(inside.connections()).toBe(0);
  });

  test("a name that leads inside, alone or among good answers", async () => {
    zone = {
      "inner.test": [["127.0.0.1"]],
      "mixed.test": [["127.0.0.2", "127.0.0.1"]],
      "mapped.test": [["::ffff:127.0.0.1"]],
      "empty.test": [[]],
    };
    for (const name of Object.keys(zone)) {
      expect((await get(`http://${name}:${inside.port}/`)).kind).toBe("failed");
    }
    expect(inside.connections()).toBe(0);
  });

  test("a name that leads outside first and inside afterwards", async () => {
    zone = { "rebind.test": [["127.0.0.2"], ["127.0.0.1"]] };
    await get(`http://rebind.test:${inside.port}/`);
    await get(`http://rebind.test:${inside.port}/`);
    expect(inside.connections()).toBe(0);
  });

  test("where a redirect points, however it is written", async () => {
    zone = { "public.test": [["127.0.0.2"]], "inner.test": [["127.0.0.1"]] };
    const start = `http://public.test:${outside.port}/`;
    for (const target of [
      `http://127.0.0.1:${inside.port}/`,
      `//127.0.0.1:${inside.port}/`,
      `http://inner.test:${inside.port}/`,
      `http://0x7f000001:${inside.port}/`,
      `${start}?to=${encodeURIComponent(`http://127.0.0.1:${inside.port}/`)}`,
      `http://user:pass@public.test:${outside.port}/`,
    ]) {
      const result = await get(`${start}?to=${encodeURIComponent(target)}`);
      expect(result.kind).toBe("failed");
    }
    expect(inside.connections()).toBe(0);
  });

  test.each(["file:///etc/passwd", "ftp://x.test/", "data:text/xml,<rss/>", "gopher://x.test/"])(
    "%s",
    async (url) => {
      expect(await get(url)).toMatchObject({ problem: { code: "refused-address" } });
    },
  );
});

describe("the guard lets through", () => {
  test("public names, in any writing, and redirects between them", async () => {
    zone = {
      "public.test": [["127.0.0.2"]],
      "public.test.": [["127.0.0.2"]],
      "xn--bcher-kva.test": [["127.0.0.2"]],
    };
    const { port } = outside;
    const there = encodeURIComponent(`http://public.test:${port}/feed`);
    for (const url of [
      `http://public.test:${port}/`,
      `http://PUBLIC.test:${port}/`,
      `http://public.test.:${port}/`,
      `http://bücher.test:${port}/`,
      `http://public.test:${port}/?to=${there}`,
    ]) {
      expect((await get(url)).kind).toBe("fetched");
    }
  });

  test.each(["localhost", "127.0.0.0/8", "127.0.0.1"])("what %s allows", async (allow) => {
    zone = { localhost: [["127.0.0.1"]] };
    const open = createFetcher({
      guard: createGuard({ allow: [allow] }),
      userAgent: "test",
      wireBytesMax: 100_000,
      bodyBytesMax: 100_000,
    });
    const host = allow === "localhost" ? "localhost" : "127.0.0.1";
    const result = await open.fetch(`http://${host}:${inside.port}/`, { validators: null });
    await open.close();
    expect(result.kind).toBe("fetched");
  });

  test("a name with a port on that port only", () => {
    const guard = createGuard({ allow: ["localhost:9000"] });
    expect(guard.refusalOf(new URL("http://localhost:9000/"))).toBeNull();
    expect(guard.refusalOf(new URL("http://localhost:9001/"))).not.toBeNull();
  });
});

test.each(["10.0.0.0/", "10.0.0.0/33", "0.0.0.0/0x0"])("%s opens nothing", (entry) => {
  const guard = createGuard({ allow: [entry] });
  expect(guard.refusalOf(new URL("http://169.254.169.254:22/"))).not.toBeNull();
  expect(guard.refusalOf(new URL("http://10.0.0.1/"))).not.toBeNull();
});

describe("without any allowance", () => {
  const guard = createGuard({ allow: [] });

  test.each([80, 443, 8000, 8999])("port %i of a public address is fine", (port) => {
    expect(guard.refusalOf(new URL(`http://93.184.216.34:${port}/`))).toBeNull();
  });

  test.each([22, 25, 6379, 9000])("port %i is refused, with a remedy", (port) => {
    const refusal = guard.refusalOf(new URL(`http://93.184.216.34:${port}/`));
    expect(refusal?.message).toContain(`93.184.216.34:${port} to SITREP_FEED_ALLOW`);
  });

  test.each([
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "172.16.0.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[fc00::1]",
    "[fe80::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[ff02::1]",
    "printer.local",
    "db.internal",
  ])("%s is refused", (host) => {
    expect(guard.refusalOf(new URL(`http://${host}/`))).not.toBeNull();
  });
});
