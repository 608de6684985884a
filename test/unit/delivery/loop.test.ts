import { describe, expect, test } from "vitest";
import { ORDER_ATTEMPTS_MAX } from "../../../src/delivery/settle.ts";
import { chanceOf, FAIR, SimWorld, type Weather } from "../../support/sim-delivery.ts";

/** More of each simulation than a test run has time for: SIM_RUNS=1000. */
const RUNS = Number(process.env["SIM_RUNS"] ?? 60);

/** Drops a second post with the same key for three minutes, as one platform does. */
const DEDUPES: Weather = { ...FAIR, faults: 0.22, lagMs: 3_000 };
/** Knows no keys, but shows what was posted a little later. */
const SHOWS: Weather = { ...FAIR, faults: 0.22, lagMs: 5_000, dedupeMs: 0, sameKeyMs: 0 };
/** Neither. */
const BLIND: Weather = { ...SHOWS, readable: false };

/** Two simulated minutes in which somebody sets the clock every few seconds. */
async function liveThroughJumps(seed: number, byMs: number): Promise<SimWorld> {
  const chance = chanceOf(seed * 104_729);
  const world = new SimWorld(seed % 2 === 0 ? DEDUPES : SHOWS, chanceOf(seed));
  for (let i = 0; i < 8; i += 1) world.put({ channel: `sim:${i % 3}` });
  const loop = world.start();
  for (let step = 0; step < 60; step += 1) {
    if (chance() < 0.2) world.setClock(chance() < 0.5 ? byMs : -byMs);
    await loop.tick();
    world.pass(Math.floor(chance() * 4_000));
  }
  return world;
}

/** Ticks until nothing is open, letting time pass between them; at most a simulated week. */
async function drain(world: SimWorld): Promise<void> {
  let loop = world.start();
  for (let ticks = 0; world.open().length > 0; ticks += 1) {
    if (ticks > 20_000) throw new Error(`still open: ${world.open().map(({ reason }) => reason)}`);
    if (!(await world.tick(loop))) loop = world.start();
    world.pass(ticks < 2_000 ? 500 : 600_000);
  }
}

function keysOf(world: SimWorld): string[] {
  return [...world.rows.keys()];
}

function strays(world: SimWorld): string[] {
  return keysOf(world)
    .map((key) => `${key}: ${world.copies(key)}`)
    .filter((text) => !text.endsWith(": 1"));
}

describe("a process that lives", () => {
  test("sends what is due, oldest first in each channel, and says what it settled", async () => {
    const world = new SimWorld();
    const keys = [1, 2, 3].map(() => world.put({ channel: "sim:a" }).key);
    const other = world.put({ channel: "sim:b" }).key;
    expect(await world.start().tick()).toBe(4);
    expect(world.posted.filter(({ channel }) => channel === "sim:a").map(({ key }) => key)).toEqual(
      keys,
    );
    expect(world.copies(other)).toBe(1);
    expect(world.settled).toHaveLength(4);
  });

  test("leaves alone what is not due and what other platforms carry", async () => {
    const world = new SimWorld();
    world.put({ channel: "sim:a", dueAt: "2026-03-01T00:00:10.000Z" });
    world.put({ channel: "other:a" });
    expect(await world.start().tick()).toBe(0);
    world.pass(10_000);
    expect(await world.start().tick()).toBe(1);
    expect(world.open()).toHaveLength(1);
  });

  test("ticks that overlap send nothing twice and take nothing for a leftover", async () => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const world = new SimWorld(FAIR, chanceOf(seed));
      world.turnsMax = 20;
      for (let i = 0; i < 30; i += 1) world.put({ channel: `sim:${i % 7}` });
      const loop = world.start();
      const counts: Promise<number>[] = [];
      for (let tick = 0; tick < 40; tick += 1) {
        counts.push(loop.tick());
        for (let turn = 0; turn < 15; turn += 1) await Promise.resolve();
      }
      const settled = await Promise.all(counts);
      expect(settled.reduce((sum, count) => sum + count, 0)).toBe(30);
      expect([seed, strays(world), world.requests]).toEqual([seed, [], 30]);
    }
  });

  test("sends nothing to a channel, or to a platform, before the time that it asked for", async () => {
    const world = new SimWorld();
    world.put({ channel: "sim:a" });
    world.put({ channel: "sim:b" });
    world.script.push({ kind: "retry", reason: "429", afterMs: 5_000, scope: "platform" });
    const loop = world.start();
    await loop.tick();
    const before = world.requests;
    world.put({ channel: "sim:c" });
    world.pass(4_999);
    await loop.tick();
    expect(world.requests).toBe(before);
    world.pass(1);
    await loop.tick();
    expect(strays(world)).toEqual([]);
  });

  test("remembers a platform's wish over a restart", async () => {
    const world = new SimWorld();
    world.put({ channel: "sim:a" });
    world.script.push({ kind: "retry", reason: "429", afterMs: 60_000, scope: "platform" });
    await world.start().tick();
    world.put({ channel: "sim:b" });
    world.pass(30_000);
    await world.start().tick();
    expect(world.posted).toEqual([]);
    world.pass(30_000);
    await world.start().tick();
    expect(strays(world)).toEqual([]);
  });

  test("keeps the order of a channel while its first post fails for a while", async () => {
    const world = new SimWorld();
    const keys = [1, 2].map(() => world.put({ channel: "sim:a" }).key);
    const failed = { kind: "retry", reason: "503", afterMs: null, scope: "delivery" } as const;
    world.script.push(failed, failed, failed);
    await drain(world);
    expect(world.posted.map(({ key }) => key)).toEqual(keys);
  });

  test("lets later posts pass one that keeps failing by itself", async () => {
    const world = new SimWorld();
    const [first, second] = [1, 2].map(() => world.put({ channel: "sim:a" }).key);
    const failed = { kind: "retry", reason: "500", afterMs: null, scope: "delivery" } as const;
    for (let i = 0; i <= ORDER_ATTEMPTS_MAX; i += 1) world.script.push(failed);
    await drain(world);
    expect(world.posted.map(({ key }) => key)).toEqual([second, first]);
  });

  test("parks a channel that refuses, tells of it once, and loses nothing when it is mended", async () => {
    const world = new SimWorld();
    world.put({ channel: "sim:a" });
    world.put({ channel: "sim:a" });
    world.put({ channel: "sim:b" });
    world.script.push({ kind: "gone", reason: "403 missing access", park: true });
    const loop = world.start();
    await loop.tick();
    world.pass(86_400_000);
    await loop.tick();
    expect(world.parked).toEqual(["sim:a"]);
    expect(world.requests).toBe(2);
    world.release("sim:a");
    await loop.tick();
    expect(strays(world)).toEqual([]);
  });

  test("drops what the platform will never take, and goes on with the rest", async () => {
    const world = new SimWorld();
    const [bad, good] = [1, 2].map(() => world.put({ channel: "sim:a" }).key);
    world.script.push({ kind: "gone", reason: "400 too long", park: false });
    await world.start().tick();
    expect(world.copies(bad ?? "")).toBe(0);
    expect(world.copies(good ?? "")).toBe(1);
    expect(world.parked).toEqual([]);
  });

  test("goes on by itself after the disk was full, and posts nothing twice", async () => {
    const world = new SimWorld(SHOWS, chanceOf(3));
    for (let i = 0; i < 6; i += 1) world.put({ channel: `sim:${i % 3}` });
    const loop = world.start();
    for (let tick = 0; tick < 2_000 && world.open().length > 0; tick += 1) {
      world.diskFaults = tick % 3;
      await loop.tick();
      world.pass(700);
    }
    expect(world.open()).toEqual([]);
    expect(strays(world)).toEqual([]);
  });

  test("does not forget what a platform answered while the disk was full", async () => {
    const world = new SimWorld({ ...BLIND, faults: 0 });
    const { key } = world.put({ channel: "sim:a" });
    const loop = world.start();
    world.whenPosted = () => {
      world.diskFaults = 3;
    };
    for (let tick = 0; tick < 20; tick += 1) {
      await loop.tick();
      world.pass(1_000);
    }
    expect([world.copies(key), world.rows.get(key)?.state, world.ambiguous]).toEqual([
      1,
      "sent",
      0,
    ]);
  });

  test("posts to a thousand channels at fifty a second in 21 s, without one refusal", async () => {
    const world = new SimWorld({ ...FAIR, perSecondMax: 50 });
    for (let i = 0; i < 1_000; i += 1) world.put({ channel: `sim:${i}` });
    expect(await world.start().tick()).toBe(1_000);
    expect(world.elapsed()).toBeLessThanOrEqual(21_000);
    expect(world.requestsTooEarly).toBe(0);
    expect(strays(world)).toEqual([]);
  });

  test("keeps posts to a channel and its threads as far apart as the platform wants, and holds up no other", async () => {
    const world = new SimWorld({ ...FAIR, postsApartMs: 1_000 });
    for (let i = 0; i < 5; i += 1) world.put({ channel: "sim:a" });
    for (let i = 0; i < 3; i += 1) world.put({ channel: "sim:a/thread" });
    world.put({ channel: "sim:b" });
    await drain(world);
    expect(strays(world)).toEqual([]);
    const atMs = world.posted
      .filter(({ channel }) => channel.startsWith("sim:a"))
      .map((post) => post.atMs);
    const apartMs = atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0));
    expect(Math.min(...apartMs)).toBeGreaterThanOrEqual(1_000);
    expect(world.posted.find(({ channel }) => channel === "sim:b")?.atMs).toBeLessThan(1_000);
  });

  test("stops after what is under way, and takes nothing new", async () => {
    const world = new SimWorld();
    const first = world.put({ channel: "sim:a" }).key;
    const second = world.put({ channel: "sim:a" }).key;
    const loop = world.start();
    const tick = loop.tick();
    for (let turn = 0; turn < 24; turn += 1) await Promise.resolve();
    await loop.stop();
    await tick;
    expect(await loop.tick()).toBe(0);
    expect([world.copies(first), world.copies(second)]).toEqual([1, 0]);
    expect(world.rows.get(first)?.state).toBe("sent");
  });

  test("stops within three seconds of a platform that does not answer", async () => {
    const world = new SimWorld();
    const { key } = world.put({ channel: "sim:a" });
    world.hangs = true;
    const loop = world.start();
    void loop.tick();
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    await loop.stop();
    expect(world.elapsed()).toBe(3_000);
    world.hangs = false;
    await drain(world);
    expect(world.copies(key)).toBe(1);
  });

  test.each([
    ["a platform that knows keys", DEDUPES],
    ["a platform that shows its channels", SHOWS],
  ])(
    "through %s, a fifth of its answers faulty: none lost, none repeated, none out of order, no wish ignored",
    async (_says, weather) => {
      for (let seed = 1; seed <= RUNS; seed += 1) {
        const world = new SimWorld(weather, chanceOf(seed));
        for (let i = 0; i < 20; i += 1) world.put({ channel: `sim:${i % 4}` });
        await drain(world);
        expect([seed, strays(world)]).toEqual([seed, []]);
        expect([seed, world.requestsTooEarly, world.ambiguous]).toEqual([seed, 0, 0]);
        const tried = [...world.rows.values()].map(({ delivery }) => delivery.attempts);
        if (Math.max(...tried) > ORDER_ATTEMPTS_MAX) continue;
        for (let channel = 0; channel < 4; channel += 1) {
          const keys = world.posted.filter((post) => post.channel === `sim:${channel}`);
          expect(keys.map(({ key }) => key)).toEqual(
            keysOf(world).filter((_, i) => i % 4 === channel),
          );
        }
      }
    },
  );
});

describe("a process that is killed", () => {
  test.each([
    ["a platform that knows keys", { ...DEDUPES, faults: 0 }],
    ["a platform that shows its channels", { ...SHOWS, faults: 0 }],
  ])("at any step, on %s, loses and repeats nothing", async (_says, weather) => {
    let kills = 0;
    for (let step = 1; ; step += 1) {
      const world = new SimWorld(weather, chanceOf(step));
      for (let i = 0; i < 4; i += 1) world.put({ channel: `sim:${i % 2}` });
      world.script.push({ kind: "unclear", reason: "reset" });
      const loop = world.start();
      world.killAfter = step;
      if (await world.tick(loop)) break;
      kills += 1;
      await drain(world);
      expect([step, strays(world)]).toEqual([step, []]);
      expect(world.ambiguous).toBe(0);
    }
    expect(kills).toBeGreaterThan(20);
  });

  test.each([
    ["knows keys", DEDUPES],
    ["shows its channels", SHOWS],
    ["does both, slowly", { ...DEDUPES, lagMs: 5_500 }],
  ])(
    "again and again, on a faulty platform that %s, loses and repeats nothing",
    async (_says, weather) => {
      for (let seed = 1; seed <= RUNS; seed += 1) {
        const chance = chanceOf(seed * 7919);
        const world = new SimWorld(weather, chanceOf(seed));
        for (let life = 0; life < 8; life += 1) {
          for (let i = 0; i < 3; i += 1) world.put({ channel: `sim:${Math.floor(chance() * 3)}` });
          const loop = world.start();
          world.killAfter = 1 + Math.floor(chance() * 40);
          while (await world.tick(loop)) world.pass(Math.floor(chance() * 4_000));
          world.pass(Math.floor(chance() ** 3 * 200_000));
        }
        await drain(world);
        expect([seed, strays(world), world.ambiguous]).toEqual([seed, [], 0]);
      }
    },
  );

  test("recovers within two seconds after the settling wait", async () => {
    const waits: number[] = [];
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const world = new SimWorld({ ...SHOWS, faults: 0 }, chanceOf(seed));
      world.put({ channel: "sim:a" });
      const loop = world.start();
      world.killAfter = 5;
      await world.tick(loop);
      const killedMs = world.elapsed();
      await drain(world);
      waits.push(world.elapsed() - killedMs);
      expect(strays(world)).toEqual([]);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(12_000);
  });
});

describe("where a channel can neither drop a second post nor be read", () => {
  test("a digest goes at most once, and each doubt is counted", async () => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const world = new SimWorld(BLIND, chanceOf(seed));
      for (let i = 0; i < 10; i += 1) world.put({ channel: `sim:${i % 3}` });
      await drain(world);
      for (const key of keysOf(world)) expect(world.copies(key)).toBeLessThanOrEqual(1);
      expect(world.ambiguous).toBe(world.answersLost);
      const gone = [...world.rows.values()].filter(({ state }) => state === "gone");
      expect(gone).toHaveLength(world.ambiguous);
    }
  });

  test("an alert arrives at least once, what is sent again says so, and each doubt is counted", async () => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const world = new SimWorld(BLIND, chanceOf(seed));
      const alerts = [1, 2, 3, 4].map((i) =>
        world.put({ channel: `sim:${i % 2}`, kind: "alert", storyIds: [`s${i}`] }),
      );
      await drain(world);
      expect(world.ambiguous).toBe(world.answersLost);
      for (const { key, storyIds } of alerts) {
        const rows = [...world.rows.values()].filter(
          ({ delivery }) => delivery.storyIds[0] === storyIds[0],
        );
        const copies = rows.reduce((sum, { delivery }) => sum + world.copies(delivery.key), 0);
        expect(copies).toBeGreaterThanOrEqual(1);
        for (const { delivery } of rows) {
          const marks = delivery.reply.blocks.filter(({ kind }) => kind === "notice");
          expect(marks).toHaveLength(delivery.key === key ? 0 : 1);
        }
      }
    }
  });
});

describe("a clock that is set", () => {
  const DAY_MS = 86_400_000;
  test.each([1_000, 60_000, 3 * DAY_MS, 10 * DAY_MS])(
    "by %d ms forward and back again makes nothing lost or repeated",
    async (byMs) => {
      for (let seed = 1; seed <= RUNS / 2; seed += 1) {
        const world = await liveThroughJumps(seed, byMs);
        await drain(world);
        expect([seed, strays(world)]).toEqual([seed, []]);
        expect(world.elapsed()).toBeLessThan(DAY_MS);
      }
    },
  );

  test("back after a wish was written days ahead: the wish lasts as long as it was to last", async () => {
    const world = new SimWorld();
    world.put({ channel: "sim:a" });
    world.setClock(10 * DAY_MS);
    world.script.push({ kind: "retry", reason: "429", afterMs: 60_000, scope: "platform" });
    const loop = world.start();
    await loop.tick();
    world.setClock(-10 * DAY_MS);
    world.pass(59_000);
    await loop.tick();
    expect(world.posted).toEqual([]);
    world.pass(61_000);
    await loop.tick();
    expect(strays(world)).toEqual([]);
  });

  test("back while nothing ran leaves the age of a try unknown: the channel is read, not trusted", async () => {
    const world = new SimWorld({ ...DEDUPES, faults: 0 });
    const { key } = world.put({ channel: "sim:a" });
    world.script.push({ kind: "unclear", reason: "reset" });
    const loop = world.start();
    world.killAfter = 5;
    await world.tick(loop);
    world.setClock(-3_600_000);
    world.pass(400_000);
    await drain(world);
    expect(world.copies(key)).toBe(1);
  });
});
