import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { restoreSqlite } from "../../src/store/sqlite/backup.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { holdRunLock } from "../../src/store/sqlite/run-lock.ts";
import { at, delivery, newItem, plan, reply } from "./store-samples.ts";

let folder: string;
const file = (name: string): string => join(folder, name);
const open = (exclusive = false) => openSqliteLedger({ folder, exclusive });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sitrep-older-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ODD = 'He said "no",\n\u0001\u007f\u2028 Привет \\';
const SENT = { state: "sent", messageId: "m1", ambiguous: false } as const;

test("an older Sitrep's database keeps every post and edit, and what is damaged in it", async () => {
  const before = await open();
  const waiting = delivery("k1", { reply: reply(ODD), mention: ODD, storyIds: ["s-a", 's"b'] });
  await before.enqueue(waiting);
  await before.enqueue(delivery("k2", { channel: "web:two", mention: "UNTOUCHED" }));
  await before.enqueue(delivery("k3", { channel: "web:three", reply: reply(ODD) }));
  await before.claim(1, at(1), ["web"]);
  await before.settle("k1", { state: "retry", dueAt: at(2), reason: ODD }, at(1));
  const mark = { subscriptionId: "u-one", storyId: "s-a", items: 3, at: at(1) };
  await before.ingest(
    plan({ deliveries: [delivery("k4", { channel: "web:four" })], told: [mark] }),
  );
  await before.close();
  makeOlder(file("sitrep.db"), "UPDATE deliveries SET mention = 'UNTOUCHEE' WHERE key = 'k2'");

  const ledger = await open(true);
  const claimed = await ledger.claim(9, at(3), ["web"]);
  const newer = { attempts: 2, attemptAt: at(3), dueAt: at(2) };
  expect(claimed.map(({ key }) => key).sort()).toEqual(["k1", "k3", "k4"]);
  expect(claimed.find(({ key }) => key === "k1")).toEqual({ ...waiting, ...newer });
  expect(claimed.find(({ key }) => key === "k3")?.reply).toEqual(reply(ODD));
  expect(await ledger.check()).toEqual([expect.stringContaining("delivery k2")]);
  expect(await ledger.told(["u-one"], ["s-a"])).toEqual([mark]);
  expect(await ledger.deliveriesOfStory("s-a", "web")).toMatchObject([
    { key: "k1", storyIds: ["s-a", 's"b'] },
  ]);
  await ledger.close();
});

test("edits that wait in an older database, and the posts of stories that became one, are kept", async () => {
  const before = await open();
  const alert = delivery("k1", { storyIds: ["s-b"] });
  await before.ingest(plan({ items: [newItem("a"), newItem("b")], deliveries: [alert] }));
  await before.claim(1, at(1), ["web"]);
  await before.settle("k1", SENT, at(1));
  await before.ingest(plan({ feedId: "f-two", merges: [{ from: "s-b", into: "s-a" }] }));
  const [changed] = await before.changedStories(9);
  if (changed === undefined) throw new Error("no story has changed");
  await before.commitEdits(changed, [{ key: "k1", reply: reply(ODD), dueAt: at(2) }]);
  await before.close();
  makeOlder(file("sitrep.db"));

  const ledger = await open(true);
  expect(await ledger.dueEdits(9, at(2), ["web"])).toMatchObject([
    { key: "k1", messageId: "m1", reply: reply(ODD) },
  ]);
  expect(await ledger.alertPosts("s-b", at(-1))).toMatchObject([{ key: "k1", reply: reply(ODD) }]);
  expect(await ledger.check()).toEqual([]);
  await ledger.close();
});

test("a backup of an older Sitrep is restored", async () => {
  const ledger = await open();
  await ledger.enqueue(delivery("k1"));
  await ledger.backup(file("copy.db"));
  await ledger.close();
  makeOlder(file("copy.db"));
  restoreSqlite(file("copy.db"), folder);
  const restored = await open(true);
  expect(await restored.check()).toEqual([]);
  expect(await restored.counts()).toMatchObject({ pending: 1 });
  await restored.close();
});

test("while a run of an older Sitrep works, a newer command leaves its database alone and says so", async () => {
  const ledger = await open();
  await ledger.enqueue(delivery("k1"));
  await ledger.close();
  makeOlder(file("sitrep.db"));
  const run = holdRunLock(folder);
  await expect(open()).rejects.toThrow(/a run of an older Sitrep holds .*: stop it first/);
  expect(versionOf(file("sitrep.db"))).toBe(OLDER);
  if ("release" in run) run.release();
  const newer = await open();
  expect(await newer.counts()).toMatchObject({ pending: 1 });
  await newer.close();
});

test("an older database with a row that holds what was never stored is refused with the way to restore", async () => {
  const ledger = await open();
  await ledger.enqueue(delivery("k1"));
  await ledger.close();
  makeOlder(file("sitrep.db"));
  storeWrongType(file("sitrep.db"));
  await expect(open(true)).rejects.toThrow(/rows of it are damaged.*restore FILE/);
  expect(versionOf(file("sitrep.db"))).toBe(OLDER);
});

/** Of the last Sitrep that stored each reply in the row of its post. */
const OLDER = 4;

/** Makes a database what that Sitrep made, and then changes it behind its back. */
function makeOlder(database: string, change = ""): void {
  const db = new DatabaseSync(database);
  db.exec(`
    ALTER TABLE deliveries ADD COLUMN reply TEXT NOT NULL DEFAULT '';
    UPDATE deliveries SET reply = (SELECT text FROM replies WHERE id = reply_id);
    CREATE TABLE old_told (
      subscription_id TEXT NOT NULL, story_id TEXT NOT NULL, items INTEGER NOT NULL, at TEXT NOT NULL,
      PRIMARY KEY (subscription_id, story_id)) STRICT, WITHOUT ROWID;
    INSERT INTO old_told SELECT subscription_id, story_id, items, at FROM told;
    DROP TABLE told;
    ALTER TABLE old_told RENAME TO told;
    CREATE INDEX told_by_story ON told (story_id);
    CREATE TABLE old_links (
      key TEXT NOT NULL REFERENCES deliveries (key) ON DELETE CASCADE, story_id TEXT NOT NULL,
      position INTEGER NOT NULL, PRIMARY KEY (key, story_id)) STRICT, WITHOUT ROWID;
    INSERT INTO old_links SELECT key, story_id, position FROM delivery_stories, deliveries WHERE delivery = seq;
    DROP TABLE delivery_stories;
    ALTER TABLE old_links RENAME TO delivery_stories;
    CREATE INDEX delivery_stories_by_story ON delivery_stories (story_id);
    ALTER TABLE edits ADD COLUMN reply TEXT NOT NULL DEFAULT '';
    UPDATE edits SET reply = (SELECT text FROM replies WHERE id = reply_id);
    DROP INDEX deliveries_by_reply;
    DROP INDEX edits_by_reply;
    ALTER TABLE deliveries DROP COLUMN reply_id;
    ALTER TABLE edits DROP COLUMN reply_id;
    DROP TABLE replies;
    DELETE FROM counters WHERE name = 'subscriptions';
    DROP TRIGGER subscriptions_insert;
    DROP TRIGGER subscriptions_update;
    DROP TRIGGER subscriptions_delete;
    PRAGMA user_version = ${OLDER};`);
  const columns =
    "key, tenant, platform, channel, kind, subscription_id, topic_id, story_ids, mention, created_at, state, due_at, attempts, attempt_at, settled_at, reason, message_id, post_number";
  for (const row of db.prepare(`SELECT ${columns}, reply FROM deliveries`).all()) {
    const { reply: text, ...values } = row;
    const checksum = crc32(String(text), crc32(JSON.stringify(Object.values(values))));
    db.prepare("UPDATE deliveries SET checksum = ? WHERE key = ?").run(checksum, row["key"] ?? "");
  }
  db.exec(change);
  db.close();
}

/** As a flipped bit in the head of a row does: text becomes bytes. */
function storeWrongType(database: string): void {
  const strict = changeTable(database, (sql) => sql.replace(/\) STRICT$/, ")"));
  const db = new DatabaseSync(database);
  db.exec("UPDATE deliveries SET reply = CAST(reply AS BLOB)");
  db.close();
  changeTable(database, () => strict);
}

/** Changes what SQLite believes of a table; what it believed before. */
function changeTable(database: string, change: (sql: string) => string): string {
  const db = new DatabaseSync(database, { defensive: false });
  const row = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'deliveries'").get();
  const before = String(row?.["sql"]);
  db.exec("PRAGMA writable_schema = ON");
  db.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = 'deliveries'").run(change(before));
  db.close();
  return before;
}

function versionOf(database: string): unknown {
  const db = new DatabaseSync(database, { readOnly: true });
  const row = db.prepare("PRAGMA user_version").get();
  db.close();
  return row?.["user_version"];
}
