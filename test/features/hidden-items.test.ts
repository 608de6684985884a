import { afterEach, beforeEach, expect, test } from "vitest";
import { somebody, type TenantWorld, tenantWorld } from "../support/tenant-world.ts";

const ADDRESS = "https://news.example/lighthouse";
const south = somebody("south");

let world: TenantWorld;
beforeEach(async () => {
  world = await tenantWorld();
});
afterEach(() => world.close());

/** A feed that only one tenant added. */
async function addPrivate(feedId: string, tenant: string): Promise<void> {
  const feed = {
    id: feedId,
    url: `https://${feedId}.example/rss`,
    name: feedId,
    tags: [],
    everyMs: 900_000,
    language: null,
    weight: 1,
    fullText: false,
    where: null,
  };
  const entry = { tenant, at: world.now(), user: `chat:admin-of-${tenant}`, what: "added it" };
  await world.ledger.addFeed(feed, entry);
}

test("newer items of another tenant's feed leave room in a search for what may be seen", async () => {
  await addPrivate("paid", "south");
  await world.bring("open", [{ title: "Old lighthouse lit again", text: "It shines once more." }]);
  await world.bring(
    "paid",
    Array.from({ length: 210 }, (_, index) => ({
      title: `Lighthouse keeper number ${index} resigns`,
      text: `The lighthouse of island ${index} is left alone.`,
    })),
  );
  expect(await world.say("search lighthouse")).toContain("Old lighthouse lit again");
  expect(await world.say("search lighthouse", south)).toContain("Lighthouse keeper number");
  expect(await world.say("search lighthouse")).not.toContain("keeper number");
});

test("an address that a hidden feed brought first is found where an open one brought it too", async () => {
  await addPrivate("paid", "south");
  const item = { title: "Lighthouse sold to a baker", text: "A baker bought it.", url: ADDRESS };
  await world.bring("paid", [{ ...item, source: "Paid Wire" }]);
  expect(await world.say(`story ${ADDRESS}`)).not.toContain("Lighthouse sold");
  await world.bring("open", [{ ...item, source: "Open Post" }]);
  expect(await world.say(`story ${ADDRESS}`)).toContain("Open Post");
  expect(await world.say(`story ${ADDRESS}`)).not.toContain("Paid Wire");
  expect(await world.say(`story ${ADDRESS}`, south)).toContain("Paid Wire");
});
