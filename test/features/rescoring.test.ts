import { afterEach, beforeEach, expect, test } from "vitest";
import {
  createRescoring,
  type Rescoring,
  type ScoredTopics,
} from "../../src/pipeline/rescoring.ts";
import { createKeyv } from "../../src/store/kv.ts";
import { createLiveTopics } from "../../src/tenants/live-topics.ts";
import {
  STRIKES,
  somebody,
  type TenantWorld,
  tenantWorld,
  WORKERS,
} from "../support/tenant-world.ts";

const DAY_MS = 86_400_000;
const admin = somebody("north");

let world: TenantWorld;
let scored: ScoredTopics;
beforeEach(async () => {
  world = await tenantWorld();
  scored = createKeyv(world.ledger.kv, "scored");
});
afterEach(() => world.close());

function rescoring(): Rescoring {
  const { ledger, now } = world;
  const live = createLiveTopics(ledger, [STRIKES], [WORKERS]);
  return createRescoring({ ledger, live, scored, now });
}

async function admits(line: string): Promise<void> {
  expect(await world.say(`/sitrep-admin ${line} confirm=yes`, admin)).toContain("good:");
}

const LAKES = { title: "Ice on the great lake is melting early", text: "The lake lost its ice." };

test("a new topic shows what came before it was made, and alerts nobody of that", async () => {
  await world.bring("alpha", [LAKES]);
  await rescoring().run();
  await admits("topic create lakes query=lake");
  await world.say("subscribe lakes instant confirm=yes", admin);
  expect(await world.say("now lakes since=7d", admin)).not.toContain("Ice on the great lake");
  expect(await rescoring().run()).toBe(1);
  expect(await world.say("now lakes since=7d", admin)).toContain("Ice on the great lake");
  expect(await world.say("search lake topic=lakes", admin)).toContain("Ice on the great lake");
  expect((await world.ledger.counts()).pending).toBe(0);
  await world.bring("beta", [{ title: "A lake dries up", text: "Farmers fear for the lake." }]);
  expect((await world.ledger.counts()).pending).toBe(1);
});

test("a changed topic drops what it does not match any more, and leaves other topics alone", async () => {
  await world.bring("alpha", [
    LAKES,
    { title: "Dockers strike in the port", text: "The strike closed the port." },
  ]);
  await admits("topic create lakes query=lake");
  const runs = rescoring();
  await runs.run();
  const strikes = await world.say("now strikes since=7d", admin);
  await admits("topic edit lakes query=volcano");
  expect(await runs.run()).toBe(2);
  expect(await world.say("now lakes since=7d", admin)).not.toContain("Ice on the great lake");
  expect(await world.say("now strikes since=7d", admin)).toBe(strikes);
});

test("topics that did not change are not matched again, also after a restart", async () => {
  await world.bring("alpha", [LAKES]);
  const runs = rescoring();
  expect(await runs.run()).toBe(1);
  expect(await runs.run()).toBe(0);
  expect(await rescoring().run()).toBe(0);
});

test("what was seen longer ago stays as it was", async () => {
  await world.bring("alpha", [LAKES]);
  world.pass(8 * DAY_MS);
  await admits("topic create lakes query=lake");
  expect(await rescoring().run()).toBe(0);
});

test("a run that was stopped is done by the next process", async () => {
  await world.bring("alpha", [LAKES]);
  await admits("topic create lakes query=lake");
  const stopped = rescoring();
  stopped.stop();
  expect(await stopped.run()).toBe(0);
  expect(await rescoring().run()).toBe(1);
});
