import { expect, test } from "vitest";
import { createKeyv, KvAdapter, type KvTable } from "../../src/store/kv.ts";

/** The table for what may expire, behind Keyv. */
export function storeKvContract(
  open: () => Promise<{ readonly kv: KvTable; close(): Promise<void> }>,
): void {
  test("Keyv keeps values of any shape and forgets deleted ones", async () => {
    const { kv } = await open();
    const keyv = createKeyv(kv, "prefs");
    const value = { list: [1, "два", null], nested: { ok: true } };
    expect(await keyv.set("a", value)).toBe(true);
    expect(await keyv.get("a")).toEqual(value);
    expect(await keyv.has("a")).toBe(true);
    expect(await keyv.delete("a")).toBe(true);
    expect(await keyv.delete("a")).toBe(false);
    expect(await keyv.get("a")).toBeUndefined();
  });

  test("many values are set, read and deleted at once, in the order asked for", async () => {
    const { kv } = await open();
    const keyv = createKeyv(kv, "prefs");
    await keyv.setMany([
      { key: "a", value: 1 },
      { key: "b", value: 2 },
    ]);
    expect(await keyv.getMany(["b", "none", "a"])).toEqual([2, undefined, 1]);
    expect(await keyv.hasMany(["none", "a"])).toEqual([false, true]);
    expect(await keyv.deleteMany(["a", "none"])).toEqual([true, false]);
    expect(await keyv.getMany(["a", "b"])).toEqual([undefined, 2]);
  });

  test("namespaces do not meet, whatever their names and keys hold", async () => {
    const { kv } = await open();
    const [one, other] = [createKeyv(kv, "a"), createKeyv(kv, "a:")];
    await one.set(":k", "one");
    await other.set("k", "other");
    expect(await one.get(":k")).toBe("one");
    await other.clear();
    expect(await other.get("k")).toBeUndefined();
    expect(await one.get(":k")).toBe("one");
  });

  test("a value past its time is not given, and a sweep removes it", async () => {
    const { kv } = await open();
    const adapter = new KvAdapter(kv);
    await adapter.set("past", "v", Date.now() - 1);
    await adapter.set("future", "v", Date.now() + 60_000);
    await adapter.set("always", "v");
    expect(await adapter.get("past")).toBeUndefined();
    expect(await adapter.hasMany(["past", "future", "always"])).toEqual([false, true, true]);
    expect(await kv.sweep(Date.now())).toBe(1);
    expect(await kv.sweep(Date.now() + 120_000)).toBe(1);
    expect(await adapter.get("always")).toBe("v");
  });

  test("Keyv's own time to live reaches the table as a moment, not as a duration", async () => {
    const { kv } = await open();
    await createKeyv(kv, "short").set("k", "v", 60_000);
    expect(await kv.sweep(Date.now() + 59_000)).toBe(0);
    expect(await kv.sweep(Date.now() + 61_000)).toBe(1);
  });

  test("the iterator walks over a namespace of more than one page, by key", async () => {
    const { kv } = await open();
    const keyv = createKeyv(kv, "many");
    const keys = Array.from({ length: 1200 }, (_, n) => `k${String(n).padStart(4, "0")}`);
    await keyv.setMany(keys.map((key) => ({ key, value: key })));
    await createKeyv(kv, "other").set("k", "v");
    const walked: unknown[] = [];
    for await (const [key, value] of keyv.iterator()) {
      expect(value).toBe(key);
      walked.push(key);
    }
    expect(walked).toEqual(keys);
  });

  test("a store that fails is never taken for an empty one, also when somebody listens", async () => {
    const store = await open();
    const keyv = createKeyv(store.kv, "prefs");
    keyv.on("error", () => {});
    await keyv.set("a", 1);
    await store.close();
    await expect(keyv.get("a")).rejects.toThrow();
    await expect(keyv.getMany(["a"])).rejects.toThrow();
    await expect(keyv.has("a")).rejects.toThrow();
    await expect(keyv.set("a", 2)).rejects.toThrow();
    await expect(keyv.setMany([{ key: "a", value: 2 }])).rejects.toThrow();
    await expect(keyv.delete("a")).rejects.toThrow();
    await expect(keyv.clear()).rejects.toThrow();
  });
}
