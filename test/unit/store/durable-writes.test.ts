import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connection } from "../../../src/store/sqlite/connection.ts";

/** Waits for the disk that began, as yet without an answer; the real one is asked when it is answered well. */
const waits: { answer(error?: Error): void }[] = [];

vi.mock("node:fs", async (importOriginal) => {
  const real = await importOriginal<typeof import("node:fs")>();
  const fdatasync = (handle: number, done: (error: Error | null) => void): void => {
    waits.push({
      answer: (error) => (error === undefined ? real.fdatasync(handle, done) : done(error)),
    });
  };
  return { ...real, fdatasync };
});

let folder: string;
let db: Connection;

beforeEach(() => {
  waits.splice(0);
  folder = mkdtempSync(join(tmpdir(), "sitrep-durable-"));
  db = new Connection(join(folder, "some.db"));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  db.exec("CREATE TABLE notes (text TEXT)");
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const add = (text: string) => () => db.run("INSERT INTO notes (text) VALUES (?)", text);
const notesOf = (connection: Connection): unknown[] =>
  connection.all("SELECT text FROM notes").map(({ text }) => text);
/** Answers every wait that has begun. */
const answer = (error?: Error): number => {
  const begun = waits.splice(0);
  for (const wait of begun) wait.answer(error);
  return begun.length;
};
const systemError = (code: string): Error => Object.assign(new Error(code), { code });

test("a write is not over before it is on the disk, and holds up nobody meanwhile", async () => {
  let isOver = false;
  const written = db.write(add("one")).then(() => {
    isOver = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isOver).toBe(false);
  expect(notesOf(db)).toEqual(["one"]);
  expect(answer()).toBe(1);
  await written;
});

test("what does not ask for the disk, and what changes nothing, does not wait", async () => {
  db.writeSoon(add("soon"));
  await db.write(() => db.run("DELETE FROM notes WHERE text = 'none'"));
  expect(waits).toEqual([]);
});

test("writes that come while one waits share the next wait, which begins after it", async () => {
  const written = ["a", "b", "c", "d"].map((text) => db.write(add(text)));
  expect(answer()).toBe(1);
  await written[0];
  await expect.poll(() => waits.length).toBe(1);
  answer();
  await Promise.all(written);
  expect(waits).toEqual([]);
});

test("a wait that fails is told to all who shared it, in words", async () => {
  const first = db.write(add("a"));
  answer(systemError("EIO"));
  await expect(first).rejects.toMatchObject({ trouble: "io", file: db.file });
  const second = db.write(add("b"));
  answer(systemError("ENOSPC"));
  await expect(second).rejects.toThrow("no room left on the disk");
});

test("after a wait that failed the log is copied into the database: the system may have dropped it", async () => {
  const lost = db.write(add("perhaps dropped"));
  answer(systemError("EIO"));
  await expect(lost).rejects.toThrow();
  const next = db.write(add("later"));
  answer();
  await next;
  copyFileSync(db.file, join(folder, "without-log.db"));
  const copy = new Connection(join(folder, "without-log.db"));
  expect(notesOf(copy)).toEqual(["perhaps dropped", "later"]);
  copy.close();
});

test("it can be closed once nobody waits", async () => {
  const written = db.write(add("one"));
  let isEnded = false;
  const ended = db.flushed().then(() => {
    isEnded = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isEnded).toBe(false);
  answer();
  await Promise.all([written, ended]);
});
