import { afterEach, beforeEach, expect, test } from "vitest";
import { type TenantWorld, tenantWorld } from "../../support/tenant-world.ts";

const DAY_MS = 86_400_000;

const STRIKE = {
  title: "Dockers strike in the port of Nordhavn",
  text: "Dockers in the port of Nordhavn went on strike on Monday over pay.",
};

let world: TenantWorld;
beforeEach(async () => {
  world = await tenantWorld();
});
afterEach(() => world.close());

async function misplace(tenant: string): Promise<void> {
  for (const { subscription, state } of await world.ledger.subscriptions(tenant)) {
    await world.ledger.saveSubscription({ ...subscription, timezone: "Mars/Olympus" }, state);
  }
}

test("a subscription that cannot be planned is said once and holds up no digest of anybody else", async () => {
  await world.say("subscribe strikes digest confirm=yes", { tenant: "south", channel: "chat:s" });
  await world.say("subscribe strikes digest confirm=yes");
  await misplace("south");
  world.pass(1_000);
  await world.bring("f-one", [STRIKE]);
  world.pass(DAY_MS);
  expect(await world.planner.planDue()).toBe(1);
  expect(await world.planner.planDue()).toBe(0);
  const [post] = await world.ledger.claim(9, world.now(), ["chat"]);
  expect(post?.tenant).toBe("north");
  expect(world.faults).toHaveLength(1);
  expect(world.faults[0]).toContain("cannot be planned");
  expect(world.faults[0]).toContain("Mars/Olympus");
});

test("planning that is to end leaves what is due for the next time", async () => {
  await world.say("subscribe strikes digest confirm=yes");
  world.pass(1_000);
  await world.bring("f-one", [STRIKE]);
  world.pass(DAY_MS);
  expect(await world.planner.planDue(AbortSignal.abort())).toBe(0);
  expect(await world.planner.planDue()).toBe(1);
});
