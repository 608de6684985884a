import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createKeyv } from "../../src/store/kv.ts";
import { restoreSqlite } from "../../src/store/sqlite/backup.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { holdRunLock } from "../../src/store/sqlite/run-lock.ts";
import { StoreError } from "../../src/store/store-error.ts";
import { storeContract } from "./store.ts";
import { at, delivery, newItem, plan, reply } from "./store-samples.ts";

const writerOf = (folder: string): string[] => [
  process.execPath,
  join(import.meta.dirname, "store-writer.ts"),
  folder,
];

const makeFolder = (): string => mkdtempSync(join(tmpdir(), "sitrep-store-"));

storeContract("SQLite", async () => {
  const folder = makeFolder();
  return {
    open: () => openSqliteLedger({ folder, exclusive: false }),
    writer: writerOf(folder),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

describe("the SQLite file", () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);

  beforeEach(() => {
    folder = makeFolder();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (exclusive = false) => openSqliteLedger({ folder, exclusive });
  const fault = async (work: () => unknown): Promise<StoreError> => {
    try {
      await work();
    } catch (error) {
      if (error instanceof StoreError) return error;
      throw error;
    }
    throw new Error("nothing went wrong");
  };
  /** Changes one stored text behind the ledger's back, as a failing disk would. */
  const flip = (from: string, to: string): number => {
    const bytes = readFileSync(file("sitrep.db"));
    const flipped = flipAll(bytes, from, to);
    writeFileSync(file("sitrep.db"), bytes);
    return flipped;
  };

  test("the folder is made when missing, and nobody else can read it", async () => {
    const deep = file("a/b");
    const ledger = await openSqliteLedger({ folder: deep, exclusive: true });
    expect(statSync(deep).mode & 0o077).toBe(0);
    expect(statSync(join(deep, "sitrep.db")).mode & 0o077).toBe(0);
    await ledger.close();
  });

  test("a folder that cannot be made is named, with a remedy", async () => {
    writeFileSync(file("plain"), "");
    const error = await fault(() =>
      openSqliteLedger({ folder: file("plain/x"), exclusive: false }),
    );
    expect(error.message).toContain(file("plain/x"));
    expect(error.message).toContain("SITREP_DATA");
  });

  test("processes that open a new folder at the same time all work", async () => {
    const children = Array.from({ length: 4 }, () => {
      const code = `const { openSqliteLedger } = await import(process.argv[1]);
        const ledger = await openSqliteLedger({ folder: process.argv[2], exclusive: false });
        console.log((await ledger.counts()).items); await ledger.close();`;
      const module = join(import.meta.dirname, "../../src/store/sqlite/ledger.ts");
      return spawn(process.execPath, ["--input-type=module", "-e", code, module, folder], {
        stdio: ["ignore", "ignore", "inherit"],
      });
    });
    const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
  });

  test("one run holds a folder; a second is told who, other commands work beside it", async () => {
    const run = await open(true);
    const error = await fault(() => open(true));
    expect(error.trouble).toBe("held");
    expect(error.message).toContain(folder);
    expect(error.message).toContain(`process ${process.pid} on `);

    const beside = await open();
    await beside.enqueue(delivery("k1"));
    expect(await run.counts()).toMatchObject({ pending: 1 });
    await beside.close();
    await run.close();
    await (await open(true)).close();
  });

  test("a run that was killed with -9 holds nothing any more", async () => {
    const [program = "", ...parameters] = writerOf(folder);
    const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    expect(holdRunLock(folder)).toMatchObject({
      heldBy: expect.stringContaining(`process ${child.pid} on `),
    });
    child.kill("SIGKILL");
    await once(child, "exit");
    const lock = holdRunLock(folder);
    expect(lock).toHaveProperty("release");
    if ("release" in lock) lock.release();
  });

  test("a database of a newer Sitrep is left alone", async () => {
    await (await open()).close();
    const db = new DatabaseSync(file("sitrep.db"));
    db.exec("PRAGMA user_version = 999");
    db.close();
    const error = await fault(() => open());
    expect(error.trouble).toBe("newer");
    expect(error.message).toContain("999");
    expect(error.message).toContain("update Sitrep");
  });

  test("what many channels are told is stored once, and goes with the last of them", async () => {
    const texts = (): number => {
      const db = new DatabaseSync(file("sitrep.db"), { readOnly: true });
      const row = db.prepare("SELECT count(*) AS n FROM replies").get();
      db.close();
      return Number(row?.["n"]);
    };
    const ledger = await open();
    const alert = (key: string) =>
      delivery(key, { channel: `web:${key}`, reply: reply("the same for all") });
    await ledger.ingest(plan({ deliveries: [alert("k1"), alert("k2")] }));
    await ledger.enqueue(alert("k3"));
    expect(texts()).toBe(1);
    await ledger.enqueue(delivery("k4", { channel: "web:k4", createdAt: at(9) }));
    expect(texts()).toBe(2);
    for (const { key } of await ledger.claim(9, at(1), ["web"])) {
      await ledger.settle(key, { state: "sent", messageId: null, ambiguous: false }, at(1));
      await ledger.prune(at(0));
    }
    expect(texts()).toBe(2);
    await ledger.prune(at(2));
    expect(texts()).toBe(0);
    await ledger.close();
  });

  test("another program's database is left alone", async () => {
    const db = new DatabaseSync(file("sitrep.db"));
    db.exec("CREATE TABLE theirs (a)");
    db.close();
    expect((await fault(() => open())).message).toContain("no database of Sitrep's");
  });

  test("a file that is damaged is refused with the way to restore", async () => {
    writeFileSync(
      file("sitrep.db"),
      "this was never a database, however long it may be ".repeat(99),
    );
    const error = await fault(() => open());
    expect(error.trouble).toBe("corrupt");
    expect(error.message).toContain(file("sitrep.db"));
    expect(error.message).toContain("restore FILE");
  });

  test("a post whose stored bytes changed is never sent, is reported, and holds up no other", async () => {
    const before = await open();
    await before.enqueue(
      delivery("k1", {
        reply: {
          blocks: [],
          ephemeral: false,
          choices: [{ label: "UNTOUCHED", command: "/x", tone: "plain" }],
        },
      }),
    );
    await before.enqueue(delivery("k2"));
    await before.close();
    expect(flip("UNTOUCHED", "UNTOUCHEE")).toBeGreaterThan(0);

    const ledger = await open(true);
    expect((await ledger.claim(9, at(1), ["web"])).map(({ key }) => key)).toEqual(["k2"]);
    expect(await ledger.check()).toEqual([expect.stringContaining("delivery k1")]);
    expect(await ledger.counts()).toMatchObject({ gone: 1, inflight: 1 });
    await ledger.close();
  });

  test("a reply that was damaged is sent to none of the many that it was for, and holds up no other", async () => {
    const before = await open();
    const damaged = reply("UNTOUCHED");
    const many = Array.from({ length: 60 }, (_, n) =>
      delivery(`k${n}`, { channel: `web:c${n}`, reply: damaged }),
    );
    await before.ingest(plan({ deliveries: [...many, delivery("fine")] }));
    await before.claim(1, at(1), ["web"]);
    await before.close();
    flip("UNTOUCHED", "UNTOUCHEE");
    const ledger = await open(true);
    expect((await ledger.claim(9, at(1), ["web"])).map(({ key }) => key)).toEqual(["fine"]);
    expect(await ledger.inflight(["web"])).toHaveLength(1);
    expect(await ledger.check()).toHaveLength(60);
    expect(await ledger.counts()).toMatchObject({ gone: 60, ambiguous: 1 });
    await ledger.close();
  });

  test("a database that a link leads to is used where it is", async () => {
    const ledger = await open();
    await ledger.enqueue(delivery("k1"));
    await ledger.close();
    mkdirSync(file("elsewhere"));
    renameSync(file("sitrep.db"), file("elsewhere/real.db"));
    symlinkSync(file("elsewhere/real.db"), file("sitrep.db"));
    const linked = await open();
    await linked.enqueue(delivery("k2"));
    expect(await linked.counts()).toMatchObject({ pending: 2 });
    await linked.close();
  });

  test("a damaged post that was under way frees its channel and counts as ambiguous", async () => {
    const before = await open();
    await before.enqueue(delivery("k1", { mention: "UNTOUCHED" }));
    await before.enqueue(delivery("k2"));
    await before.claim(1, at(1), ["web"]);
    await before.close();
    flip("UNTOUCHED", "UNTOUCHEE");
    const ledger = await open();
    expect(await ledger.inflight(["web"])).toEqual([]);
    expect((await ledger.claim(9, at(2), ["web"])).map(({ key }) => key)).toEqual(["k2"]);
    expect(await ledger.counts()).toMatchObject({ gone: 1, ambiguous: 1 });
    await ledger.close();
  });

  test("a post whose state was damaged while it waited ends, and the next one goes", async () => {
    const ledger = await open();
    await ledger.enqueue(delivery("k1", { mention: "UNTOUCHED" }));
    await ledger.enqueue(delivery("k2"));
    await ledger.close();
    expect(flip(`UNTOUCHED${at(0)}pending`, `UNTOUCHED${at(0)}p%nding`)).toBeGreaterThan(0);
    const damaged = await open();
    expect((await damaged.claim(9, at(1), ["web"])).map(({ key }) => key)).toEqual(["k2"]);
    expect(await damaged.check()).toEqual([expect.stringContaining("delivery k1")]);
    await damaged.close();
  });

  test("an outbox with a broken page stops a run from starting", async () => {
    const before = await open();
    for (let n = 0; n < 200; n += 1) await before.enqueue(delivery(`k${n}`));
    await before.close();
    const db = new DatabaseSync(file("sitrep.db"));
    const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'deliveries'").get();
    db.close();
    const handle = openSync(file("sitrep.db"), "r+");
    writeSync(handle, Buffer.alloc(64, 0xff), 0, 64, (Number(root?.["rootpage"]) - 1) * 4096);
    closeSync(handle);
    const error = await fault(() => open(true));
    expect(error.trouble).toBe("corrupt");
    expect(error.message).toContain("restore FILE");
  });

  test("a full disk is said so, loses nothing, and works again once there is room", async () => {
    const disk = file("disk");
    mkdirSync(disk);
    const isMounted =
      spawnSync("mount", ["-t", "tmpfs", "-o", "size=1500k", "tmpfs", disk]).status === 0;
    try {
      // Where no small disk can be mounted, a limit on the size of files does the same.
      const limit = isMounted ? "" : "ulimit -f 600; ";
      const { said, stored } = await fillDisk(disk, limit);
      expect(said).toMatch(isMounted ? /no room left on the disk: free/ : /disk.*free space/);
      expect(said).toContain("sitrep.db");
      expect(stored).toBeGreaterThan(0);

      if (isMounted) spawnSync("mount", ["-o", "remount,size=20m", disk]);
      const ledger = await openSqliteLedger({ folder: disk, exclusive: true });
      expect(await ledger.counts()).toMatchObject({ items: stored, pending: stored });
      await ledger.ingest(plan({ feedId: "f-after", items: [newItem("after")] }));
      expect(await ledger.counts()).toMatchObject({ items: stored + 1 });
      expect(await ledger.check()).toEqual([]);
      await ledger.close();
    } finally {
      if (isMounted) spawnSync("umount", [disk]);
    }
  });

  test("a backup is one whole file, taken while others write, and restores everything", async () => {
    const ledger = await open(true);
    const beside = await open();
    await ledger.ingest(
      plan({ items: [newItem("a", { words: "talks" })], deliveries: [delivery("k1")] }),
    );
    await createKeyv(ledger.kv, "test").set("key", { is: "kept" });
    const writing = (async () => {
      for (let n = 0; n < 50; n += 1) await beside.enqueue(delivery(`later-${n}`));
    })();
    await Promise.all([ledger.backup(file("copy.db")), writing]);
    await ledger.enqueue(delivery("after-the-backup"));
    const error = await fault(() => restoreSqlite(file("copy.db"), folder));
    expect(error.message).toContain(`process ${process.pid} on `);
    await beside.close();
    await ledger.close();

    restoreSqlite(file("copy.db"), folder);
    expect(statSync(file("copy.db")).mode & 0o077).toBe(0);
    const elsewhere = file("new/machine");
    restoreSqlite(file("copy.db"), elsewhere);
    const moved = await openSqliteLedger({ folder: elsewhere, exclusive: true });
    expect(await moved.counts()).toMatchObject({ items: 1 });
    await moved.close();
    const restored = await open(true);
    expect(await restored.check()).toEqual([]);
    expect(await restored.counts()).toMatchObject({ items: 1 });
    expect(await restored.item("i-a")).toMatchObject({ guid: "a" });
    expect(await restored.deliveriesOfStory("none", "web")).toEqual([]);
    expect(await createKeyv(restored.kv, "test").get("key")).toEqual({ is: "kept" });
    await restored.close();
    expect(readdirSync(folder).sort()).toEqual(["copy.db", "new", "run.lock", "sitrep.db"]);
  });

  test("a backup replaces an older one, and never the database itself", async () => {
    const ledger = await open();
    await ledger.backup(file("copy.db"));
    await ledger.enqueue(delivery("k1"));
    await ledger.backup(file("copy.db"));
    expect((await fault(() => ledger.backup(file("sitrep.db")))).message).toContain(
      "the database itself",
    );
    expect((await fault(() => ledger.backup(file("none/copy.db")))).message).toContain("folder");
    await ledger.close();
    restoreSqlite(file("copy.db"), folder);
    const restored = await open();
    expect(await restored.counts()).toMatchObject({ pending: 1 });
    await restored.close();
  });

  test("a damaged, foreign or missing backup is refused and changes nothing", async () => {
    const ledger = await open();
    for (let n = 0; n < 50; n += 1)
      await ledger.enqueue(delivery(`k${n}`, { mention: "UNTOUCHED" }));
    await ledger.backup(file("copy.db"));
    await ledger.close();
    const bytes = readFileSync(file("copy.db"));
    // Freed space may hold old copies of a row, so all are changed.
    flipAll(bytes, "UNTOUCHED", "UNTOUCHEE");
    writeFileSync(file("bad.db"), bytes);
    writeFileSync(file("torn.db"), bytes.subarray(0, bytes.length / 2));
    writeFileSync(file("text.db"), "no database at all ".repeat(500));
    const foreign = new DatabaseSync(file("foreign.db"));
    foreign.exec("CREATE TABLE theirs (a)");
    foreign.close();

    for (const [name, says] of [
      ["bad.db", /damaged.*delivery k/],
      ["torn.db", /damaged/],
      ["text.db", /damaged/],
      ["foreign.db", /no database of Sitrep's/],
      ["none.db", /no such file/],
    ] as const) {
      const error = await fault(() => restoreSqlite(file(name), folder));
      expect(error.message).toMatch(says);
      expect(error.message).toContain(file(name));
    }
    const same = await open(true);
    expect(await same.counts()).toMatchObject({ pending: 50 });
    expect(await same.check()).toEqual([]);
    await same.close();
  });

  test("a damaged database is replaced by a restored one", async () => {
    const ledger = await open();
    await ledger.enqueue(delivery("k1"));
    await ledger.backup(file("copy.db"));
    await ledger.close();
    writeFileSync(file("sitrep.db"), "rubbish ".repeat(4000));
    writeFileSync(file("sitrep.db-wal"), "more rubbish ".repeat(4000));
    restoreSqlite(file("copy.db"), folder);
    const restored = await open(true);
    expect(await restored.counts()).toMatchObject({ pending: 1 });
    await restored.close();
  });
});

/** Changes a text wherever it stands in the bytes; how often it stood there. */
function flipAll(bytes: Buffer, from: string, to: string): number {
  let flipped = 0;
  for (let place = bytes.indexOf(from); place >= 0; place = bytes.indexOf(from, place + 1)) {
    bytes.write(to, place);
    flipped += 1;
  }
  return flipped;
}

/** What a process that stores items until it cannot was told, and how many it had acknowledged. */
async function fillDisk(folder: string, limit: string): Promise<{ said: string; stored: number }> {
  const script = join(import.meta.dirname, "store-filler.ts");
  const child = spawn(
    "sh",
    ["-c", `${limit}exec "$0" "$1" "$2"`, process.execPath, script, folder],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const chunks: Buffer[] = await child.stdout.toArray();
  return JSON.parse(Buffer.concat(chunks).toString());
}
