import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Connection } from "../../../src/store/sqlite/connection.ts";
import { openSqliteLedger } from "../../../src/store/sqlite/ledger.ts";
import { at, delivery } from "../../contract/store-samples.ts";

type Disk = {
  /** The system's error for each wait from now on; null: it works. */
  fails: string | null;
  /** Waits are kept until {@link release}. */
  holds: boolean;
  readonly held: (() => void)[];
  waits: number;
};
const disk = vi.hoisted((): Disk => ({ fails: null, holds: false, held: [], waits: 0 }));

vi.mock("node:fs", async (importOriginal) => {
  const real = await importOriginal<typeof import("node:fs")>();
  const fdatasync = (handle: number, done: (error: Error | null) => void): void => {
    const { fails } = disk;
    disk.waits += 1;
    const wait = (): void => {
      if (fails === null) real.fdatasync(handle, done);
      else done(Object.assign(new Error(fails), { code: fails }));
    };
    if (disk.holds) disk.held.push(wait);
    else setImmediate(wait);
  };
  return { ...real, fdatasync };
});

let folder: string;

beforeEach(() => {
  Object.assign(disk, { fails: null, holds: false, waits: 0 });
  folder = mkdtempSync(join(tmpdir(), "sitrep-durable-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const release = (): void => {
  for (const wait of disk.held.splice(0)) wait();
};
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe("a durable write", () => {
  let db: Connection;
  const open = (name: string): Connection => {
    const connection = new Connection(join(folder, name));
    connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    return connection;
  };

  beforeEach(() => {
    db = open("some.db");
    db.exec("CREATE TABLE notes (text TEXT)");
  });
  afterEach(() => db.close());

  const add = (text: string) => () => db.run("INSERT INTO notes (text) VALUES (?)", text);
  const notesOf = (connection: Connection): unknown[] =>
    connection.all("SELECT text FROM notes").map(({ text }) => text);
  /** What a copy of the database without its log holds. */
  const withoutLog = (): unknown[] => {
    copyFileSync(db.file, join(folder, "copy.db"));
    const copy = open("copy.db");
    const notes = notesOf(copy);
    copy.close();
    return notes;
  };

  test("is not over before it is on the disk, and holds up nobody meanwhile", async () => {
    disk.holds = true;
    let isOver = false;
    const written = db.write(add("one")).then(() => {
      isOver = true;
    });
    await soon();
    expect([isOver, notesOf(db)]).toEqual([false, ["one"]]);
    release();
    await written;
  });

  test("waits only where that was asked for and something changed", async () => {
    db.writeSoon(add("soon"));
    await db.write(() => db.run("DELETE FROM notes WHERE text = 'none'"));
    expect(disk.waits).toBe(0);
    db.writeThrough(add("through"));
    expect(disk.waits).toBe(1);
    await db.flushed();
  });

  test("shares the next wait with those that come while one is under way", async () => {
    disk.holds = true;
    const written = ["a", "b", "c", "d"].map((text) => db.write(add(text)));
    release();
    await written[0];
    await expect.poll(() => disk.held.length).toBe(1);
    release();
    await Promise.all(written);
    expect(disk.waits).toBe(2);
  });

  test("that the disk failed once is written anew, and the log that may have a gap is emptied", async () => {
    disk.holds = true;
    disk.fails = "EIO";
    const written = db.write(add("perhaps dropped"));
    disk.fails = null;
    release();
    await expect.poll(() => disk.held.length).toBe(1);
    expect(statSync(`${db.file}-wal`).size).toBe(0);
    expect(withoutLog()).toEqual(["perhaps dropped"]);
    release();
    await written;
  });

  test("fails with those that shared its wait, in words, while the disk goes on failing", async () => {
    disk.fails = "EIO";
    const written = [db.write(add("a")), db.write(add("b"))];
    for (const one of written) {
      await expect(one).rejects.toMatchObject({ trouble: "io", file: db.file });
    }
    disk.fails = "ENOSPC";
    await expect(db.write(add("c"))).rejects.toThrow("no room left on the disk");
    // Repeating what stands already is no sign that it is on the disk.
    await expect(db.write(() => 0)).rejects.toThrow("no room left on the disk");
    disk.fails = null;
    await db.write(() => 0);
    expect(withoutLog()).toEqual(["a", "b", "c"]);
    const before = disk.waits;
    await db.write(() => 0);
    expect(disk.waits).toBe(before);
  });

  test("fails while the log cannot be written anew, because somebody reads it", async () => {
    const reader = open("some.db");
    db.writeSoon(add("read"));
    reader.exec("BEGIN");
    expect(notesOf(reader)).toEqual(["read"]);
    disk.fails = "EIO";
    await expect(db.write(add("one"))).rejects.toMatchObject({ trouble: "io" });
    disk.fails = null;
    await expect(db.write(add("two"))).rejects.toThrow("another process keeps the log in use");
    reader.exec("COMMIT");
    await db.write(add("three"));
    expect(withoutLog()).toEqual(["read", "one", "two", "three"]);
    reader.close();
  });

  test("is taken back when it fails, where that matters", async () => {
    disk.fails = "EIO";
    const written = db.write(add("one"), () => db.run("DELETE FROM notes"));
    await expect(written).rejects.toThrow();
    expect(notesOf(db)).toEqual([]);
  });
});

test("posts that were claimed while the disk failed were never in doubt", async () => {
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  for (const key of ["k1", "k2"]) await ledger.enqueue(delivery(key, { channel: `web:${key}` }));
  await ledger.claim(1, at(1), ["web"]);
  await ledger.settle("k1", { state: "retry", dueAt: at(2), reason: "busy" }, at(1));
  disk.fails = "EIO";
  await expect(ledger.claim(9, at(3), ["web"])).rejects.toThrow("the disk failed");
  expect(await ledger.counts()).toMatchObject({ pending: 2, inflight: 0 });
  disk.fails = null;
  expect(await ledger.claim(9, at(4), ["web"])).toMatchObject([
    { key: "k2", attempts: 1, attemptAt: at(4) },
    { key: "k1", attempts: 2, attemptAt: at(4) },
  ]);
  expect(await ledger.check()).toEqual([]);
  await ledger.close();
});

test("a post is noted as sent without a wait, and that is on the disk soon after", async () => {
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  await ledger.enqueue(delivery("k1"));
  await ledger.claim(1, at(1), ["web"]);
  disk.holds = true;
  const before = disk.waits;
  await ledger.settle("k1", { state: "sent", messageId: "m1", ambiguous: false }, at(1));
  expect(disk.waits).toBe(before + 1);
  release();
  await ledger.close();
});
