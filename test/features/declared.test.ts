import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { feedIdOf } from "../../src/feeds/identity.ts";
import { openSqliteLedger, type SqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { feed } from "../contract/store-samples.ts";
import { type FeedServer, rssOf, serveFeeds } from "../support/feed-server.ts";
import { type OwnConfig, ownConfig } from "../support/own-config.ts";
import { type Finished, sitrep } from "../support/sitrep.ts";

const AT = "2026-05-04T08:00:00.000Z";

let own: OwnConfig;
let server: FeedServer;
beforeEach(async () => {
  server = await serveFeeds((_, response) => {
    response.end(rssOf("Harbour Post", [{ guid: "1", title: "One", text: "Text of one." }]));
  });
  own = ownConfig({ settings: "", feeds: `- { url: "${server.origin}/feed" }\n`, seeds: {} });
});
afterEach(async () => {
  await server.stop();
  own.remove();
});

const run = (...args: string[]): Promise<Finished> => sitrep(args, { env: own.env });

async function withLedger(work: (ledger: SqliteLedger) => Promise<void>): Promise<void> {
  const ledger = await openSqliteLedger({ folder: own.data, exclusive: false });
  await work(ledger);
  await ledger.close();
}

const entry = (tenant: string) => ({ tenant, at: AT, user: `${tenant}:ada`, what: "added it" });

/** As a command of that tenant adds the feed that the file declares, too. */
async function addBy(tenant: string): Promise<void> {
  const url = `${server.origin}/feed`;
  const added = feed(feedIdOf(url), { url, name: `of ${tenant}` });
  await withLedger((ledger) => ledger.addFeed(added, entry(tenant)));
}

async function makeTopicBy(tenant: string): Promise<void> {
  const topic = { name: "Own", about: "", query: "peace", threshold: 50, where: null };
  await withLedger(async (ledger) => {
    await ledger.saveTopic({ id: "venezuela-talks", ...topic }, entry(tenant));
  });
}

test("what another team made and the operator's files declare, too, does not bar the start", async () => {
  await addBy("chat:1");
  await makeTopicBy("chat:1");
  const { code, err } = await run("run", "--once");
  expect({ code, err }).toMatchObject({ code: 0 });
  expect((await run("feeds", "list")).out).toContain("Harbour Post");
  await withLedger(async (ledger) => {
    expect(await ledger.hiddenFeeds("chat:2")).toEqual([]);
    expect(await ledger.feeds()).toMatchObject([{ owners: [{ tenant: "chat:1" }] }]);
  });
});

test("what the operator made and declares, too, bars the start, and the remedies that it names help", async () => {
  await addBy("web");
  await makeTopicBy("web");
  const refused = await run("run", "--once");
  expect(refused.code).toBe(2);
  const removal = /sitrep feeds remove (\S+)/.exec(refused.err)?.[1] ?? "";
  expect(refused.err).toContain('sitrep ask --yes "/sitrep-admin topic delete venezuela-talks"');
  expect(await run("feeds", "remove", removal)).toMatchObject({ code: 0 });
  const deletion = "/sitrep-admin topic delete venezuela-talks";
  expect(await run("ask", "--yes", deletion)).toMatchObject({ code: 0 });
  expect(await run("run", "--once")).toMatchObject({ code: 0 });
});

test("before the first run, feeds of the files are known already", async () => {
  const address = `${server.origin}/feed`;
  expect(JSON.parse((await run("feeds", "list", "--json")).out)).toMatchObject({ url: address });
  const added = await run("feeds", "add", address);
  expect(added.code).toBe(1);
  expect(added.out).toMatch(/read already \(.*, declared in .*feeds\.yaml line 1\)/);
  const list = join(own.config, "list.xml");
  const outline = `<outline type="rss" text="Harbour" xmlUrl="${address}"/>`;
  writeFileSync(list, `<opml version="2.0"><body>${outline}</body></opml>`);
  expect((await run("feeds", "import", list)).err).toContain("0 feeds added, 1 known already");
  rmSync(list);
  expect(await run("run", "--once")).toMatchObject({ code: 0 });
});
