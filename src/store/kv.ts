import { Hookified } from "hookified";
import {
  Keyv,
  type KeyvStorageAdapter,
  type KeyvStorageCapability,
  type KeyvStorageEntry,
  type KeyvStorageGetResult,
  keyvStorageCapability,
} from "keyv";

/** One value to keep. */
export type KvEntry = {
  readonly key: string;
  /** As Keyv wrote it. */
  readonly value: string;
  /** Milliseconds since 1970; null: kept until deleted. */
  readonly expiresMs: number | null;
};

/** A table of values that may expire or be rebuilt: a power failure may undo the last. Each call is one transaction. */
export type KvTable = {
  /** Values of the keys that are there and have not expired. */
  get(
    namespace: string,
    keys: readonly string[],
    nowMs: number,
  ): Promise<ReadonlyMap<string, string>>;
  set(namespace: string, entries: readonly KvEntry[]): Promise<void>;
  /** For each key, whether it was there. */
  delete(namespace: string, keys: readonly string[]): Promise<readonly boolean[]>;
  clear(namespace: string): Promise<void>;
  /** The next entries by key. */
  page(
    namespace: string,
    after: string | null,
    limit: number,
    nowMs: number,
  ): Promise<readonly { readonly key: string; readonly value: string }[]>;
  /** Removes what has expired, in all namespaces; how many went. */
  sweep(nowMs: number): Promise<number>;
};

const PAGE_ENTRIES = 500;

/**
 * A Keyv over the ledger's database, for what may expire or be rebuilt. Every operation that fails
 * rejects: Keyv's usual fallback would answer "absent" for a read that failed.
 */
export function createKeyv(table: KvTable, namespace: string): Keyv {
  const keyv = new Keyv({ store: new KvAdapter(table), namespace });
  // Keyv 6 has no throwOnErrors any more: it swallows an error as soon as anybody listens for it, and
  // this first listener, by throwing, makes the operation reject whoever else listens.
  keyv.on("error", (error: unknown) => {
    throw error;
  });
  return keyv;
}

/** Keyv 6's storage contract over a {@link KvTable}: absolute expiry, enforced when read. */
export class KvAdapter extends Hookified implements KeyvStorageAdapter {
  /** Set by Keyv. */
  namespace: string | undefined;
  readonly #table: KvTable;

  constructor(table: KvTable) {
    super();
    this.#table = table;
  }

  get capabilities(): KeyvStorageCapability {
    return keyvStorageCapability(this);
  }

  async get<Value>(key: string): Promise<KeyvStorageGetResult<Value>> {
    return (await this.#read([key])).get(key);
  }

  async getMany<Value>(keys: string[]): Promise<Array<KeyvStorageGetResult<Value | undefined>>> {
    const found = await this.#read(keys);
    return keys.map((key) => found.get(key));
  }

  async has(key: string): Promise<boolean> {
    return (await this.#read([key])).has(key);
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    const found = await this.#read(keys);
    return keys.map((key) => found.has(key));
  }

  async set(key: string, value: unknown, expires?: number): Promise<boolean> {
    await this.#table.set(this.#space(), [entryOf(key, value, expires)]);
    return true;
  }

  async setMany<Value>(entries: KeyvStorageEntry<Value>[]): Promise<boolean[]> {
    await this.#table.set(
      this.#space(),
      entries.map(({ key, value, expires }) => entryOf(key, value, expires)),
    );
    return entries.map(() => true);
  }

  async delete(key: string): Promise<boolean> {
    const [wasThere] = await this.#table.delete(this.#space(), [key]);
    return wasThere ?? false;
  }

  async deleteMany(keys: string[]): Promise<boolean[]> {
    return [...(await this.#table.delete(this.#space(), keys))];
  }

  async clear(): Promise<void> {
    await this.#table.clear(this.#space());
  }

  async *iterator<Value>(): AsyncGenerator<Array<string | Awaited<Value> | undefined>, void> {
    let after: string | null = null;
    for (;;) {
      const page: readonly { readonly key: string; readonly value: string }[] =
        await this.#table.page(this.#space(), after, PAGE_ENTRIES, Date.now());
      for (const { key, value } of page) yield [key, value];
      after = page.at(-1)?.key ?? null;
      if (page.length < PAGE_ENTRIES) return;
    }
  }

  #read(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.#table.get(this.#space(), keys, Date.now());
  }

  #space(): string {
    return this.namespace ?? "";
  }
}

function entryOf(key: string, value: unknown, expires: number | undefined): KvEntry {
  if (typeof value !== "string") throw new Error("Keyv hands a store its values as text");
  return { key, value, expiresMs: expires ?? null };
}
