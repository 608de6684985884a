import { afterEach, beforeEach, expect, test } from "vitest";
import { somebody, type TenantWorld, tenantWorld } from "../../support/tenant-world.ts";

let world: TenantWorld;
beforeEach(async () => {
  world = await tenantWorld();
});
afterEach(() => world.close());

const BACKTEST = "/sitrep-admin topic backtest strikes since=7d";

/** Items that the topic matches, and one that it does not, each a story of its own. */
async function bringNews(): Promise<void> {
  const matched = ["Nordhavn dockers", "Velmora crane drivers", "Osterby pilots", "Kestrel tugs"];
  for (const [index, who] of matched.entries()) {
    const title = `${who} strike in the harbour, demand ${index + 3} percent`;
    await world.bring("f-one", [
      { title, text: `${who} walked out.`, url: `https://n.example/m${index}` },
    ]);
  }
  const title = "Ferry crews down tools at midnight";
  await world.bring("f-one", [{ title, text: "No ship sails.", url: "https://n.example/missed" }]);
}

test("a backtest estimates precision from the verdicts that the team has given", async () => {
  await bringNews();
  expect(await world.say(BACKTEST)).not.toContain("Precision");
  for (const [item, verdict] of [
    ["m0", "relevant"],
    ["m1", "relevant"],
    ["m2", "relevant"],
    ["m3", "irrelevant"],
    ["missed", "relevant"],
  ]) {
    await world.say(`feedback https://n.example/${item} ${verdict} strikes`);
  }
  expect(await world.say(BACKTEST)).toContain(
    "Precision by your verdicts: about 75 % (3 of 4 judged matches are relevant; likely 30 to 95 %). 1 item judged relevant would not be matched.",
  );
  expect(await world.say(BACKTEST, somebody("south"))).not.toContain("Precision");
});

test("only the latest verdict on an item counts, and one of how a story is told does not", async () => {
  await bringNews();
  await world.say("feedback https://n.example/m0 irrelevant strikes");
  await world.say("feedback https://n.example/m0 relevant strikes");
  await world.say("feedback https://n.example/m1 duplicate strikes");
  expect(await world.say(BACKTEST)).toContain("(1 of 1 judged matches are relevant;");
});
