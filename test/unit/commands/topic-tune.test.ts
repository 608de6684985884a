import { afterEach, beforeEach, expect, test } from "vitest";
import { type TenantWorld, tenantWorld } from "../../support/tenant-world.ts";

let world: TenantWorld;
beforeEach(async () => {
  world = await tenantWorld();
});
afterEach(() => world.close());

const NEWS = [
  ["north", "Dockers of Nordhavn begin a strike in the harbour over wages", "relevant"],
  ["south", "Dockers of Sudhavn join the strike, the port stands still", "relevant"],
  ["cup", "Late strike of the footballers wins Port Vale the cup", "irrelevant"],
  ["youth", "Young footballers strike twice for Harbour United", "irrelevant"],
] as const;

async function judgeAll(): Promise<void> {
  for (const [id, title] of NEWS) {
    await world.bring("f-one", [
      { title, text: `${title}.`, url: `https://n.example/${id}`, language: "en" },
    ]);
  }
  for (const [id, , verdict] of NEWS) {
    await world.say(`feedback https://n.example/${id} ${verdict} strikes`);
  }
}

test("tune shows words as people write them and what was judged, newest first", async () => {
  await judgeAll();
  const tuned = await world.say("/sitrep-admin topic tune strikes");
  expect(tuned).toMatch(/\| dockers \| \+/);
  expect(tuned).toMatch(/\| footballers \| -/);
  expect(tuned).not.toMatch(/\| footbal \|/);
  expect(tuned).toContain("| Applied | Verdict | By | When |");
  expect(tuned.match(/\| (?:ir)?relevant \|/g)).toEqual([
    "| irrelevant |",
    "| irrelevant |",
    "| relevant |",
    "| relevant |",
  ]);
});

test("revert takes the weights back and says which moved; apply brings them again", async () => {
  await judgeAll();
  const reverted = await world.say("/sitrep-admin topic tune strikes revert");
  expect(reverted).toContain("no longer applied");
  expect(reverted).toMatch(/Weights moved: .*footballers -[0-9.]+ → 0/);
  const applied = await world.say("/sitrep-admin topic tune strikes apply");
  expect(applied).toMatch(/Weights moved: .*footballers 0 → -[0-9.]+/);
});
