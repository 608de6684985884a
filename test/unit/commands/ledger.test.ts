import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCommander } from "../../../src/commands/commander.ts";
import type { Caller } from "../../../src/commands/spec.ts";
import { openSqliteLedger, type SqliteLedger } from "../../../src/store/sqlite/ledger.ts";
import { ADMIN, busyWorld, type FakeWorld, fakePorts, NOW } from "../../support/fake-archive.ts";
import { replyText } from "../../support/reply-text.ts";

/** The busy world in a real ledger: the commands must say the same of both. */
async function fill(ledger: SqliteLedger, world: FakeWorld): Promise<void> {
  for (const feed of world.feeds) {
    const by = { tenant: "north", at: NOW, user: "chat:ada", what: "added a source" };
    await ledger.addFeed(feed, by);
    if (feed.state !== null) await ledger.saveFeedState(feed.id, feed.state);
  }
  for (const item of [...world.items].sort((a, b) => (a.seenAt < b.seenAt ? -1 : 1))) {
    const { id, guid, url, baseline, storyId, duplicateOf, language } = item;
    await ledger.ingest({
      feedId: item.feedId,
      seenAt: item.seenAt,
      items: [
        {
          id,
          item,
          identity: { guid, contentHash: `hash of ${id}`, canonicalUrl: url },
          baseline,
          storyId,
          duplicateOf,
          at: item.seenAt,
          language,
          matches: world.matches.get(id) ?? [],
          words: "",
          stems: "",
        },
      ],
      edits: [],
      aliases: [],
      merges: [],
      deliveries: [],
      told: [],
      state: null,
    });
  }
  for (const { subscription, state } of world.held) {
    await ledger.saveSubscription(subscription, state);
  }
}

test("the commands say of a real ledger what they say of the one in memory", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sitrep-commands-"));
  const ledger = await openSqliteLedger({ folder, exclusive: true });
  try {
    const world = busyWorld();
    // Edits and deliveries come about by other operations; the contract suite of the store covers those.
    world.items.splice(
      0,
      world.items.length,
      ...world.items.map((item) => ({ ...item, editedAt: null })),
    );
    world.deliveries.splice(0);
    await fill(ledger, world);
    const ports = fakePorts(world, { archive: ledger });
    const real = createCommander(async () => ports);
    const fake = createCommander(async () => fakePorts(world));
    const say = async (commander: typeof real, line: string, caller: Caller = ADMIN) =>
      replyText(await commander.runLine(line, caller));
    for (const line of [
      "topics",
      "now harbour",
      "now harbour since=2d language=de",
      "story s0000000001",
      "story https://news.example/i00000000003",
      "why https://news.example/i00000000002 harbour",
      "why s0000000003",
      "why https://coast.example/never",
      "sources harbour",
      "sources",
      "subscription",
      "subscribe river",
      "/sitrep-admin source list",
      "/sitrep-admin topic backtest river since=7d",
      "/sitrep-admin health",
    ]) {
      const normal = (text: string): string =>
        text.replace(/^ {2}[A-Z].*\.$/gm, "").replace(/\n+/g, "\n");
      expect(`${line}\n${normal(await say(real, line))}`).toBe(
        `${line}\n${normal(await say(fake, line))}`,
      );
    }
    expect(await say(real, "subscription pause u000sou")).toContain("There is no subscription");
    expect(await say(real, "subscription pause u000nor")).toContain("is paused");
    expect(await say(real, "subscription")).toContain("| none | paused |");
    expect(await say(real, "subscribe river digest confirm=yes")).toContain("(unew002)");
    expect(await say(real, "subscription remove unew002 confirm=yes")).toContain("is removed");
    expect(await say(real, "/sitrep-admin source remove f000000coast confirm=yes")).toContain(
      "is read no more",
    );
    expect(await say(real, "/sitrep-admin source list")).not.toContain("Coast");
  } finally {
    await ledger.close();
    await rm(folder, { recursive: true });
  }
});
