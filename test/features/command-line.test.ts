import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FeedServer, rssOf, serveFeeds } from "../support/feed-server.ts";
import { BOTH_DIGESTS, type OwnConfig, ownConfig } from "../support/own-config.ts";
import { addressOf, type Finished, type Running, sitrep, startSitrep } from "../support/sitrep.ts";

/** One Sitrep with the shipped seeds after one round, for every test here that only asks. */
let own: OwnConfig;
let server: FeedServer;

beforeAll(async () => {
  own = ownConfig({ settings: BOTH_DIGESTS });
  server = await serveFeeds((request, response) => {
    if (request.url !== "/feed") response.statusCode = 404;
    response.end(rssOf("Harbour Post", [{ guid: "1", title: "One", text: "Text of one." }]));
  });
  expect((await sitrep(["run", "--once"], { env: own.env })).code).toBe(0);
});

afterAll(async () => {
  await server.stop();
  own.remove();
});

const run = (args: readonly string[], input = ""): Promise<Finished> =>
  sitrep(args, { env: own.env, input });
const rowsOf = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
const line = (value: object): string => `${JSON.stringify(value)}\n`;

const SENT = {
  id: "a",
  title: "Russia sends military advisers to Niger",
  text: "Russia sent a hundred military advisers to Niger on Tuesday, officials said.",
  publishedAt: "2024-05-01T10:00:00Z",
};
const COPY = { ...SENT, id: "b", source: "Copy Herald", publishedAt: "2024-05-01T11:00:00Z" };
const OTHER = { id: "c", title: "Harvest festival opens in Lyon", text: "Thousands came." };

test("match prints a line for each item and topic with points, and says why on request", async () => {
  const { out, code } = await run(["match", "--explain"], line(SENT) + line(OTHER));
  expect(code).toBe(0);
  const [row, ...others] = rowsOf(out);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ id: "a", topic: "russian-deployments", matched: true });
  expect(row?.["reasons"]).toContainEqual({
    concept: expect.any(String),
    field: "title",
    quote: expect.any(String),
    points: expect.any(Number),
  });
});

test("match --all prints every pair", async () => {
  const { out } = await run(["match", "--all"], line(SENT) + line(OTHER));
  expect(rowsOf(out).map(({ id, topic }) => `${id} ${topic}`)).toEqual([
    "a russian-deployments",
    "a venezuela-talks",
    "c russian-deployments",
    "c venezuela-talks",
  ]);
});

test("match names a line that is no item, does the rest, and ends with 1", async () => {
  const { out, err, code } = await run(["match"], `not json\n${line(SENT)}{"title":"no id"}\n`);
  expect(code).toBe(1);
  expect(err).toMatch(/^line 1 .*\nline 3 .*\n$/);
  expect(rowsOf(out)).toHaveLength(1);
});

test("match with a faulty topic prints file, line, what and remedy, and ends with 2", async () => {
  const topics = join(own.config, "..", "faulty", "topics");
  mkdirSync(topics, { recursive: true });
  writeFileSync(join(topics, "open.yaml"), 'name: Open\nquery: |\n  "never closed\n');
  const { err, code } = await run(["match", "--topics", topics], line(SENT));
  expect(code).toBe(2);
  expect(err).toMatch(/open\.yaml:3: [^:]+.*: .+/);
});

test("stories answers each line at once: copies name what they copy, others stand alone", async () => {
  const { out } = await run(["stories"], line(SENT) + line(OTHER) + line(COPY));
  const [first, other, copy] = rowsOf(out);
  expect(copy).toEqual({ id: "b", story: first?.["story"], duplicateOf: "a" });
  expect(other?.["story"]).not.toBe(first?.["story"]);
  expect(first?.["story"]).toMatch(/^s[0-9a-z]{10}$/);
});

test("stories --final prints in input order", async () => {
  const { out } = await run(["stories", "--final"], line(SENT) + line(OTHER) + line(COPY));
  expect(rowsOf(out).map(({ id }) => id)).toEqual(["a", "c", "b"]);
});

test("parse prints one line a source in order, and ends with 1 when one is no feed", async () => {
  const file = join(own.data, "..", "feed.xml");
  writeFileSync(file, rssOf("Harbour Post", [{ guid: "1", title: "A & B", text: "Text." }]));
  const { out, code } = await run([
    "parse",
    file,
    join(own.data, "missing.xml"),
    `${server.origin}/feed`,
  ]);
  const [good, missing, fetched] = rowsOf(out);
  expect(code).toBe(1);
  expect(good).toEqual({
    source: file,
    ok: true,
    feed: { title: "Harbour Post", url: null, language: null, updatedAt: null },
    items: [
      {
        guid: "1",
        title: "A & B",
        url: null,
        publishedAt: null,
        updatedAt: null,
        author: null,
        summary: "Text.",
        text: null,
        categories: [],
        enclosures: [],
      },
    ],
    problems: [],
  });
  expect(missing).toMatchObject({ ok: false, items: [], problems: [{ code: "unreadable" }] });
  expect(fetched).toMatchObject({ source: `${server.origin}/feed`, ok: true });
});

test("parse refuses an address inside the network unless it is allowed", async () => {
  const env = { ...own.env, SITREP_FEED_ALLOW: "" };
  const { out, code } = await sitrep(["parse", `${server.origin}/feed`], { env });
  expect(code).toBe(1);
  expect(rowsOf(out)[0]).toMatchObject({ ok: false, items: [] });
});

test("seeds prints what was read of each article", async () => {
  const rows = rowsOf((await run(["seeds"])).out);
  expect(rows.map(({ source, agency }) => ({ source, agency }))).toHaveLength(3);
  expect(Object.keys(rows[0] ?? {})).toEqual([
    "file",
    "title",
    "source",
    "agency",
    "author",
    "publishedAt",
    "url",
    "language",
    "text",
    "problems",
  ]);
});

test("digest as JSON has the story's outlets, first reporter and reasons, and sends nothing", async () => {
  const { out, code } = await run(["digest", "russian-deployments", "--as", "json"]);
  expect(code).toBe(0);
  const digest = JSON.parse(out);
  expect(digest.topic).toBe("russian-deployments");
  expect(digest.stories).toHaveLength(2);
  const twice = digest.stories.find((story: { items: number }) => story.items === 2);
  expect(twice.outlets.map(({ name }: { name: string }) => name)).toContain("Reuters");
});

test("digest has a form for every platform", async () => {
  expect((await run(["digest", "venezuela-talks", "--as", "html"])).out).toContain("<article");
  for (const form of ["discord", "slack"]) {
    const bodies = JSON.parse((await run(["digest", "venezuela-talks", "--as", form])).out);
    expect(bodies.length).toBeGreaterThan(0);
  }
});

test("an unknown topic ends with 2 and names the known ones", async () => {
  for (const args of [
    ["digest", "mars"],
    ["backtest", "mars"],
    ["search", "x", "--topic", "mars"],
  ]) {
    const { err, code } = await run(args);
    expect(code).toBe(2);
    expect(err).toContain("russian-deployments, venezuela-talks");
  }
});

test("search finds inflected words in the archive, and nothing found is no failure", async () => {
  const found = rowsOf((await run(["search", "plane", "--json"])).out);
  expect(found.length).toBeGreaterThan(0);
  expect(found[0]).toHaveProperty("snippet");
  expect(await run(["search", "zeppelins", "--json"])).toMatchObject({ code: 0, out: "" });
});

test("a faulty search says where and how to mend it, and ends with 2", async () => {
  const { err, code } = await run(["search", "(plane"]);
  expect(code).toBe(2);
  expect(err).toMatch(/\(/);
});

test("backtest as JSON counts days and gives samples", async () => {
  const found = JSON.parse(
    (await run(["backtest", "russian-deployments", "--since", "2d", "--json"])).out,
  );
  expect(found).toMatchObject({ topic: "russian-deployments", matched: 3, stories: 2 });
});

test("ask answers as the local admin; a command that wants confirmation changes nothing at first", async () => {
  expect((await run(["ask", "now venezuela-talks"])).out).toContain("Venezuela talks");
  const asked = await run(["ask", "subscribe venezuela-talks digest at=09:00"]);
  expect(asked.code).toBe(0);
  expect(asked.out).toMatch(/\/sitrep subscribe venezuela-talks digest .*confirm=yes/);
  const before = (await run(["ask", "--json", "subscription"])).out;
  const done = await run(["ask", "--yes", "subscribe venezuela-talks digest at=09:00"]);
  expect(done.code).toBe(0);
  expect((await run(["ask", "--json", "subscription"])).out).not.toBe(before);
  expect(Object.keys(JSON.parse(before))).toEqual(expect.arrayContaining(["blocks", "ephemeral"]));
});

test("ask ends with 1 when there is no such command", async () => {
  expect((await run(["ask", "dance"])).code).toBe(1);
});

test("feeds add finds, lists and removes; what a file declares is read-only", async () => {
  const added = await run(["feeds", "add", `${server.origin}/feed`]);
  expect(added.code).toBe(0);
  const listed = rowsOf((await run(["feeds", "list", "--json"])).out);
  expect(listed.map(({ url }) => url)).toEqual([`${server.origin}/feed`]);
  expect((await run(["feeds", "export"])).out).toContain(`xmlUrl="${server.origin}/feed"`);
  expect((await run(["feeds", "remove", String(listed[0]?.["id"])])).code).toBe(0);
  expect((await run(["feeds", "list", "--json"])).out).toBe("");
  expect((await run(["feeds", "test", `${server.origin}/none`])).code).toBe(1);
});

test("topics check is quiet about good topics", async () => {
  expect(await run(["topics", "check"])).toMatchObject({ code: 0, out: "" });
  expect(rowsOf((await run(["topics", "list", "--json"])).out)).toHaveLength(2);
});

test("topics list shows what commands made, too, and where each topic lives", async () => {
  await run(["ask", "--yes", "/sitrep-admin topic create planes query=plane"]);
  const rows = rowsOf((await run(["topics", "list", "--json"])).out);
  const { out } = await run(["topics", "list"]);
  await run(["ask", "--yes", "/sitrep-admin topic delete planes"]);
  expect(rows.find(({ id }) => id === "planes")).toMatchObject({ where: null });
  expect(out).toMatch(/^planes {2}Planes \(from 60; made by a command\)/m);
  expect(out).toMatch(/^venezuela-talks .*venezuela-talks\.yaml\)/m);
});

test("a topic made on the command line shows at once what came before it", async () => {
  await run(["ask", "--yes", "/sitrep-admin topic create soldiers query=soldiers threshold=1"]);
  const { out } = await run(["ask", "now soldiers since=7d"]);
  await run(["ask", "--yes", "/sitrep-admin topic delete soldiers"]);
  expect(out).toContain("soldiers");
  expect(out).not.toContain("Nothing");
});

test("every command tells how it is used, and ends well", async () => {
  const { out, code } = await run(["help"]);
  expect(code).toBe(0);
  const names = [...out.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThanOrEqual(14);
  const helps = await Promise.all(names.map((name) => run([name, "--help"])));
  expect(helps.map(({ code: ended, err }) => ({ ended, err }))).toEqual(
    names.map(() => ({ ended: 0, err: "" })),
  );
  helps.forEach(({ out: text }, place) => {
    expect(text).toMatch(new RegExp(`^sitrep ${names[place]}: .+\nusage: sitrep ${names[place]}`));
  });
  expect((await run(["help", "doctor"])).out).toContain("--probe");
});

test("a backup can be restored, but not under a run", async () => {
  const file = join(own.data, "..", "copy.db");
  expect((await run(["backup", file])).code).toBe(0);
  const running: Running = startSitrep(own.env);
  await addressOf(running);
  const refused = await run(["restore", file]);
  expect(await running.end("SIGTERM")).toBe(0);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain(own.data);
  expect((await run(["restore", file])).code).toBe(0);
  expect(rowsOf((await run(["search", "plane", "--json"])).out).length).toBeGreaterThan(0);
});

test("wrong use ends with 2 and says how", async () => {
  for (const args of [[], ["fly"], ["digest"], ["run", "--roles", "poll"], ["match", "--fly"]]) {
    const { code, err } = await run(args);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(err).not.toContain("    at ");
  }
});

test.each([
  ["match", "nofile.jsonl"],
  ["stories", "nofile.jsonl"],
  ["parse", "--list", "nofile.jsonl"],
])("a file that is not there is told in one line: %s", async (...args) => {
  expect(await run(args)).toMatchObject({
    code: 2,
    out: "",
    err: "nofile.jsonl: cannot be read (ENOENT): check the path\n",
  });
});

test("parse names the source as it was given", async () => {
  const given = `${server.origin.replace("http", "HTTP")}/feed`;
  const { out } = await run(["parse", given]);
  expect(rowsOf(out)).toMatchObject([{ source: given, ok: true }]);
});

test("ask knows the channels of the page only", async () => {
  const { code, err } = await run(["ask", "--channel", "web:nope", "topics"]);
  expect({ code, err }).toEqual({
    code: 2,
    err: 'there is no channel "web:nope" here: use one of web:main\n',
  });
});

test("topics check wants its folder", async () => {
  const { code, err } = await sitrep(["topics", "check"], {
    env: { ...own.env, SITREP_CONFIG: "nowhere" },
  });
  expect(code).toBe(2);
  expect(err).toMatch(/nowhere\/topics: there is no such folder: set SITREP_CONFIG/);
});
