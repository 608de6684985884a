import { expect, test } from "vitest";
import { z } from "zod";
import { createWebApp } from "../../../src/chat/web/server.ts";
import { sourceImportCommand } from "../../../src/commands/admin/source-import.ts";
import { samplePage, samplePost } from "./sample-page.ts";

type Changes = Parameters<typeof samplePage>[0];

function page(changes: Changes = {}) {
  const sample = samplePage(changes);
  const web = createWebApp(sample.options);
  const ask = (path: string, init: RequestInit & { host?: string } = {}) => {
    const headers = new Headers(init.headers);
    headers.set("host", init.host ?? "127.0.0.1:8080");
    return web.app.request(`http://127.0.0.1:8080${path}`, { ...init, headers });
  };
  const json = (text: string, more: object = {}) =>
    ask("/command", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text, ...more }),
    });
  return { ...sample, web, ask, json };
}

const Answer = z.object({
  reply: z.looseObject({ blocks: z.array(z.unknown()), failed: z.boolean().optional() }),
});
const replyOf = async (response: Response) => Answer.parse(await response.json()).reply;

const HTML = { accept: "text/html" };

test("the channel shows its posts, and works without script", async () => {
  const response = await page().ask("/", { headers: HTML });
  const body = await response.text();
  expect(response.status).toBe(200);
  expect(body).toContain("Venezuela talks: 4 stories");
  expect(body).toContain('<form class="command" method="post" action="/command"');
  expect(body).toContain('<option value="/sitrep-admin source list">');
});

test("no page has a script, a style or a handler of its own", async () => {
  const { ask } = page();
  for (const path of ["/", "/topics", "/stories/s0000000001", "/search?q=x", "/status"]) {
    const body = await (await ask(path, { headers: HTML })).text();
    expect(body).not.toMatch(
      /<style|\sstyle=|\son[a-z]+=|<script(?! type="module" src="\/assets\/)/,
    );
    expect(body.match(/<h1/g)?.length, path).toBe(1);
  }
});

test("every answer forbids framing, sniffing, foreign code and telling others where one was", async () => {
  const { ask } = page();
  for (const path of ["/", "/healthz", "/nothing", "/topics/venezuela-talks/feed.xml"]) {
    const { headers } = await ask(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
  }
});

test.each([
  ["a foreign name", { host: "evil.example" }],
  ["no name", { host: "" }],
  ["another address than loopback", { host: "10.0.0.1:8080" }],
  ["a foreign origin", { headers: { origin: "https://evil.example" } }],
  ["another port's origin", { headers: { origin: "http://127.0.0.1:3000" } }],
  ["an origin that is hidden", { headers: { origin: "null" } }],
  ["another site's request", { headers: { "sec-fetch-site": "cross-site" } }],
])("%s gets 403", async (_, init) => {
  const { ask } = page();
  expect((await ask("/", init)).status).toBe(403);
  expect((await ask("/command", { ...init, method: "POST" })).status).toBe(403);
});

test("our own origin and the names of loopback are let in", async () => {
  const { ask } = page();
  for (const host of ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "127.0.0.1"]) {
    const headers = { origin: `http://${host}`, "sec-fetch-site": "same-origin" };
    expect((await ask("/", { host, headers })).status, host).toBe(200);
  }
});

test("one who follows a link from elsewhere is offered the page, from where it may be opened", async () => {
  const headers = { ...HTML, "sec-fetch-site": "cross-site" };
  const response = await page().ask("/stories/s0000000001", { headers });
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('href="/stories/s0000000001"');
});

test("a script asks with JSON and gets the reply", async () => {
  const response = await page().json("/sitrep now venezuela-talks");
  expect(response.status).toBe(200);
  const reply = await replyOf(response);
  expect(reply.blocks[0]).toEqual({ kind: "heading", text: "Venezuela talks now" });
});

test("an unknown command is 400 with its reply, a failed known one is 200", async () => {
  const { json } = page();
  const unknown = await json("/sitrep nonsense");
  expect(unknown.status).toBe(400);
  expect((await replyOf(unknown)).failed).toBe(true);
  expect((await json("now no-such-topic")).status).toBe(200);
});

test("a channel that there is not, a missing text and broken JSON are 400", async () => {
  const { json, ask } = page();
  expect((await json("topics", { channel: "web:desk" })).status).toBe(200);
  expect((await json("topics", { channel: "web:none" })).status).toBe(400);
  expect((await json("topics", { channel: 7 })).status).toBe(400);
  expect((await json(" ")).status).toBe(400);
  const headers = { "content-type": "application/json" };
  for (const body of ["{", "7", "null", '{"text":7}']) {
    expect((await ask("/command", { method: "POST", headers, body })).status, body).toBe(400);
  }
});

test.each(["text/plain", "application/jsonx", ""])("a command sent as %j is 415", async (type) => {
  const headers = type === "" ? new Headers() : new Headers({ "content-type": type });
  const body = new TextEncoder().encode('{"text":"topics"}');
  const response = await page().ask("/command", { method: "POST", headers, body });
  expect(response.status).toBe(415);
});

test.each(["/command", "/import"])("a broken form is 400 at %s", async (path) => {
  const headers = { "content-type": "multipart/form-data" };
  const response = await page().ask(path, { method: "POST", headers, body: "x" });
  expect({ status: response.status, text: await response.text() }).toEqual({
    status: 400,
    text: "The form cannot be read: send it again\n",
  });
});

test("a body beyond 64 kB is refused", async () => {
  expect((await page().json("x".repeat(70_000))).status).toBe(413);
});

test("a form is answered with a page, or with the answer alone for the page's script", async () => {
  const { ask } = page();
  const body = new URLSearchParams({ text: "/sitrep topics", channel: "web:main" });
  const whole = await (await ask("/command", { method: "POST", headers: HTML, body })).text();
  expect(whole).toContain("<!DOCTYPE html>");
  expect(whole).toContain('<a href="/topics/venezuela-talks">');
  const headers = { "x-sitrep-part": "answer" };
  const part = await (await ask("/command", { method: "POST", headers, body })).text();
  expect(part).toMatch(/^<section class="answer"/);
});

test("a bug in a command is a failed reply and a line in the log", async () => {
  const { json, logged } = page();
  const reply = await replyOf(await json("boom"));
  expect(reply.failed).toBe(true);
  expect(JSON.stringify(reply)).not.toContain("a bug");
  expect(logged.join()).toContain("a bug");
});

test("the replies stand at their addresses", async () => {
  const { ask } = page();
  const text = async (path: string) => (await ask(path, { headers: HTML })).text();
  expect(await text("/topics")).toContain("Russian deployments");
  expect(await text("/topics/venezuela-talks")).toContain("Venezuela talks now");
  expect(await text("/stories/s0000000001")).toContain("Vuelven los mediadores");
  expect(await text("/search?q=caracas")).toContain("Found for caracas");
  expect(await text("/feeds")).toContain("The Herald");
  expect(await text("/status")).toContain("31 fine, 2 failing");
});

test("what is not there is 404, a merged story leads to the one it went into", async () => {
  const { ask } = page();
  for (const path of [
    "/topics/none",
    "/stories/s000000000x",
    "/stories/x",
    "/?channel=none",
    "/nothing",
  ]) {
    expect((await ask(path, { headers: HTML })).status, path).toBe(404);
  }
  const merged = await ask("/stories/s000000000z");
  expect(merged.status).toBe(301);
  expect(merged.headers.get("location")).toBe("/stories/s0000000001");
  expect((await ask("/search?q=(")).status).toBe(400);
});

test("older posts are reached page by page, across the gaps that other channels leave", async () => {
  const { ask, add } = page();
  for (let number = 10; number < 110; number += 1) {
    add(samplePost(number, `Post ${number}`, number % 3 === 0 ? "web:main" : "web:desk"));
  }
  const numbers: number[] = [];
  let path: string | null = "/";
  while (path !== null) {
    const body: string = await (await ask(path, { headers: HTML })).text();
    numbers.push(...[...body.matchAll(/data-number="(\d+)"/g)].map(([, number]) => Number(number)));
    path =
      /href="(\/\?channel=main&amp;before=\d+)"/.exec(body)?.[1]?.replace("&amp;", "&") ?? null;
  }
  const wanted = Array.from({ length: 100 }, (_, index) => 109 - index).filter((n) => n % 3 === 0);
  expect(numbers).toEqual([...wanted, 3]);
});

test("an empty channel says what will appear there", async () => {
  const body = await (await page().ask("/?channel=desk", { headers: HTML })).text();
  expect(body).toContain("Nothing has been posted to web:desk yet.");
});

test("probes and figures answer machines", async () => {
  const { ask } = page({ ready: async () => ({ ok: false, problems: ["the disk is full"] }) });
  expect(await (await ask("/healthz")).json()).toEqual({ ok: true });
  const ready = await ask("/readyz");
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({ ok: false, problems: ["the disk is full"] });
  const metrics = await ask("/metrics");
  expect(metrics.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  expect(await metrics.text()).toBe("sitrep_items_total 3\n");
});

test("a fault inside is a page without its details", async () => {
  const { ask, logged } = page({
    posts: {
      posts: () => Promise.reject(new Error("disk at /secret")),
      newestPosts: () => Promise.reject(new Error("disk at /secret")),
    },
  });
  const response = await ask("/", { headers: HTML });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("/secret");
  expect(logged.join()).toContain("/secret");
});

test("suggestions are whole lines: commands first, then what fits the option", async () => {
  const { ask } = page();
  const suggest = async (text: string) => {
    const response = await ask(`/suggest?text=${encodeURIComponent(text)}`);
    const found = z.array(z.object({ value: z.string() })).parse(await response.json());
    return found.map(({ value }) => value);
  };
  expect(await suggest("s")).toEqual([
    "/sitrep search",
    "/sitrep story",
    "/sitrep status",
    "/sitrep-admin source list",
  ]);
  expect(await suggest("/sitrep-admin so")).toEqual(["/sitrep-admin source list"]);
  expect(await suggest("now v")).toEqual(["now venezuela-talks"]);
  expect(await suggest("/sitrep search caracas topic=r")).toEqual([
    "/sitrep search caracas topic=russian-deployments",
  ]);
  expect(await suggest("status x ")).toEqual([]);
});

test("files of the page may be kept for ever, under an address that changes with them", async () => {
  const { ask } = page();
  const body = await (await ask("/", { headers: HTML })).text();
  const script = /src="(\/assets\/[0-9a-f]{12}\/page\.js)"/.exec(body)?.[1] ?? "";
  const response = await ask(script);
  expect(response.headers.get("content-type")).toContain("text/javascript");
  expect(response.headers.get("cache-control")).toContain("immutable");
  expect((await ask("/assets/x/../../server.ts")).status).toBe(404);
  expect((await ask("/assets/x/server.ts")).status).toBe(404);
});

test("a list of feeds is uploaded or pasted below the feeds, and answered like the command", async () => {
  const { commander } = samplePage().options;
  const { ask } = page({
    commander: {
      ...commander,
      specs: [...commander.specs, sourceImportCommand.spec],
      run: async (asked, caller) =>
        asked.name === "import"
          ? { blocks: [{ kind: "text", text: `read ${asked.options["opml"]}` }], ephemeral: true }
          : commander.run(asked, caller),
    },
  });
  const feeds = await (await ask("/feeds", { headers: HTML })).text();
  expect(feeds).toContain('action="/import" enctype="multipart/form-data"');
  const opml = '<opml><body><outline xmlUrl="https://a.example/feed"/></body></opml>';
  for (const [name, value] of [
    ["file", new File([opml], "feeds.opml")],
    ["opml", opml],
  ] as const) {
    const body = new FormData();
    body.set(name, value);
    const answer = await ask("/import", { method: "POST", body, headers: HTML });
    expect(await answer.text()).toContain("https://a.example/feed");
  }
});
