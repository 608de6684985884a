import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CANDIDATES_MAX,
  type DigestInput,
  digestKeyParts,
  planDigestNow,
  planDigests,
  previewDigest,
  type ToldMark,
} from "../../../src/digests/plan.ts";
import { initialState, standingOf } from "../../../src/digests/standing.ts";
import type { Subscription, SubscriptionState } from "../../../src/digests/subscription.ts";
import { NewsArchive, storyOf, subscriptionOf } from "../../support/sim-news.ts";

const coveredTo = "2026-03-04T08:00:00.000Z";
const now = "2026-03-05T08:00:01.000Z";
const seenAt = "2026-03-04T20:00:00.000Z";

function inputOf(
  changes: Partial<Subscription>,
  candidates: DigestInput["candidates"],
  told: readonly ToldMark[] = [],
  state: Partial<SubscriptionState> = {},
): DigestInput {
  const subscription = subscriptionOf(changes);
  const dueAt = "2026-03-05T08:00:00.000Z";
  const base = { subscriptionId: subscription.id, dueAt, coveredTo, owedSince: null };
  return { subscription, state: { ...base, ...state }, topicName: "Ports", candidates, told };
}

function planOne(input: DigestInput, at = now) {
  const [planned] = planDigests([input], at);
  if (planned === undefined) throw new Error("nothing was planned");
  return planned;
}

const told = (storyId: string, items: number): ToldMark => {
  return { subscriptionId: "uaaaaaa", storyId, items, at: coveredTo };
};

describe("a digest", () => {
  test("names the stories of its period, best first, and moves the subscription on", () => {
    const planned = planOne(
      inputOf({}, [storyOf("s1", 70, seenAt), storyOf("s2", 90, seenAt), storyOf("s3", 70, now)]),
    );
    expect(planned.digest?.stories.map(({ story }) => story.id)).toEqual(["s2", "s3", "s1"]);
    expect(planned.digest).toMatchObject({
      topicName: "Ports",
      from: coveredTo,
      to: now,
      overflow: 0,
    });
    expect(planned.after).toEqual({
      subscriptionId: "uaaaaaa",
      dueAt: "2026-03-06T08:00:00.000Z",
      coveredTo: now,
      owedSince: null,
    });
    expect(planned.told.map(({ storyId, items }) => [storyId, items])).toEqual([
      ["s2", 1],
      ["s3", 1],
      ["s1", 1],
    ]);
  });

  test("names a story again only when it grew, and then says that it is an update", () => {
    const grown = storyOf("s1", 70, seenAt, { items: 3 });
    const same = storyOf("s2", 90, seenAt, { items: 2 });
    const planned = planOne(inputOf({}, [grown, same], [told("s1", 2), told("s2", 2)]));
    expect(planned.digest?.stories).toEqual([{ ...grown, update: true }]);
  });

  test("keeps to the language of its subscription", () => {
    const spanish = storyOf("s1", 70, seenAt, { languages: ["en", "es"] });
    const planned = planOne(inputOf({ language: "es" }, [spanish, storyOf("s2", 90, seenAt)]));
    expect(planned.digest?.stories.map(({ story }) => story.id)).toEqual(["s1"]);
  });

  test("of an empty period is not posted, or says so if it is asked to", () => {
    const silent = planOne(inputOf({}, []));
    expect(silent.digest).toBeNull();
    expect(silent.after.coveredTo).toBe(now);
    const said = planOne(inputOf({ empty: "say" }, []));
    expect(said.digest?.stories).toEqual([]);
  });

  test("after a week without power is one digest for the whole week", () => {
    const late = "2026-03-12T11:00:00.000Z";
    const planned = planOne(inputOf({}, [storyOf("s1", 70, seenAt)]), late);
    expect(planned.digest).toMatchObject({ from: coveredTo, to: late });
    expect(planned.after.dueAt).toBe("2026-03-13T08:00:00.000Z");
  });

  test("has the key of the last slot that passed, so that no slot has two, whatever clocks show", () => {
    const input = inputOf({}, [storyOf("s1", 70, seenAt)]);
    const slot = "2026-03-12T08:00:00.000Z";
    const late = planOne(input, "2026-03-12T11:00:00.000Z");
    expect(late.keyParts).toEqual(digestKeyParts(input.subscription, slot));
    // A clock that was days behind, and is right again.
    const behind = { ...input.state, dueAt: "2026-03-02T08:00:00.000Z", coveredTo: seenAt };
    const again = planOne({ ...input, state: behind }, "2026-03-12T15:00:00.000Z");
    expect(again.keyParts).toEqual(late.keyParts);
  });

  test("has a key of its own in every period, and the same one however often it is planned", () => {
    const input = inputOf({}, [storyOf("s1", 70, seenAt)]);
    const first = planOne(input);
    expect(planOne(input, "2026-03-05T08:00:09.000Z").keyParts).toEqual(first.keyParts);
    expect(planOne({ ...input, state: first.after }).keyParts).not.toEqual(first.keyParts);
  });
});

describe("a cap", () => {
  test("leaves the weakest for the next digest, which tells them before what came since", () => {
    const stories = ["s1", "s2", "s3", "s4"].map((id, i) => storyOf(id, 90 - i, seenAt));
    const first = planOne(inputOf({ cap: 2 }, stories));
    expect(first.digest?.stories.map(({ story }) => story.id)).toEqual(["s1", "s2"]);
    expect(first.digest?.overflow).toBe(2);

    const later = "2026-03-06T08:00:01.000Z";
    const fresh = storyOf("s9", 99, "2026-03-05T15:00:00.000Z");
    const next = { ...inputOf({ cap: 2 }, [fresh, ...stories], first.told), state: first.after };
    const second = planOne(next, later);
    expect(second.digest?.stories.map(({ story }) => story.id)).toEqual(["s3", "s4"]);
    expect(second.digest?.overflow).toBe(1);

    const last = { ...inputOf({ cap: 2 }, [fresh], second.told), state: second.after };
    const third = planOne(last, "2026-03-07T08:00:01.000Z");
    expect(third.digest?.stories.map(({ story }) => story.id)).toEqual(["s9"]);
    expect(third.after.owedSince).toBeNull();
  });

  test("and a flood larger than one look at the archive lets the next digest look again", () => {
    const flood = Array.from({ length: CANDIDATES_MAX }, (_, i) => storyOf(`s${i}`, 80, seenAt));
    const planned = planOne(inputOf({ cap: 2000 }, flood));
    expect(planned.after.owedSince).toBe("2026-03-04T06:00:00.000Z");
  });
});

describe("a digest asked for now", () => {
  const early = "2026-03-04T15:00:00.000Z";
  const input = inputOf({}, [storyOf("s1", 70, "2026-03-04T14:00:00.000Z")]);

  test("tells the running period, whose own slot then passes in silence", () => {
    const planned = planDigestNow(input, early);
    expect(planned).toMatchObject({
      digest: { from: coveredTo, to: early },
      after: { dueAt: "2026-03-06T08:00:00.000Z", coveredTo: early },
    });
  });

  test("is sent once a period", () => {
    const planned = planDigestNow(input, early);
    if (typeof planned === "string") throw new Error(planned);
    const again = { ...input, state: planned.after };
    expect(planDigestNow(again, "2026-03-04T16:00:00.000Z")).toBe("already");
    expect(planDigestNow(again, "2026-03-05T07:00:00.000Z")).toBe("already");
    expect(planDigestNow(again, "2026-03-05T09:00:00.000Z")).not.toBe("already");
  });

  test("has the key of the scheduled one, so that both at once are one post", () => {
    const planned = planDigestNow(input, early);
    if (typeof planned === "string") throw new Error(planned);
    expect(planned.keyParts).toEqual(planOne(input).keyParts);
  });

  test("says nothing when there is nothing, and changes nothing", () => {
    expect(planDigestNow(inputOf({ empty: "say" }, []), early)).toBe("empty");
    expect(planDigestNow(inputOf({ mode: "instant" }, [], [], { dueAt: null }), early)).toBe(
      "empty",
    );
  });
});

test("a preview shows every story of its window, told or not", () => {
  const window = { since: coveredTo, until: now };
  const digest = previewDigest({ id: "ports", name: "Ports" }, window, "UTC", [
    storyOf("s1", 61, seenAt),
    storyOf("s2", 80, seenAt),
  ]);
  expect(digest.stories.map(({ story }) => story.id)).toEqual(["s2", "s1"]);
  expect(digest).toMatchObject({ from: coveredTo, to: now, overflow: 0 });
});

/** What happens in one hour of a simulated month. */
type Hour = {
  readonly fresh: number;
  readonly grows: number;
  /** Stored, but seen this many minutes ago. */
  readonly lateMinutes: number;
  readonly down: boolean;
  readonly jumpHours: number;
  readonly sendNow: boolean;
};

test("through downtime, caps, late stores, clock jumps and digests asked for, every story is told, and again only grown", () => {
  const hour: fc.Arbitrary<Hour> = fc.record({
    fresh: fc.integer({ min: 0, max: 4 }),
    grows: fc.integer({ min: 0, max: 3 }),
    lateMinutes: fc.integer({ min: 0, max: 50 }),
    down: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()),
    jumpHours: fc.oneof(
      { weight: 30, arbitrary: fc.constant(0) },
      fc.integer({ min: -72, max: 72 }),
    ),
    sendNow: fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, fc.boolean()),
  });
  const hours = fc.array(hour, { minLength: 24, maxLength: 160 });
  const cap = fc.integer({ min: 8, max: 60 });
  const quiet = fc.constantFrom(null, { from: "22:00", to: "09:15" });
  fc.assert(
    fc.property(hours, cap, quiet, (events, capOf, quietOf) => {
      const month = new Month(subscriptionOf({ cap: capOf, quiet: quietOf }));
      for (const event of events) month.live(event);
      month.drain();
      expect(month.faults).toEqual([]);
      expect(month.untold()).toEqual([]);
    }),
    { numRuns: Number(process.env["SIM_RUNS"] ?? 60) },
  );
});

/** One subscription and an archive that grows, hour by hour. */
class Month {
  readonly faults: string[] = [];
  readonly #subscription: Subscription;
  readonly #archive = new NewsArchive();
  #state: SubscriptionState;
  #nowMs: number;
  #stories = 0;

  constructor(subscription: Subscription) {
    this.#subscription = subscription;
    this.#nowMs = Date.parse(subscription.createdAt);
    this.#state = initialState(subscription, subscription.createdAt);
  }

  live(event: Hour): void {
    this.#nowMs = Math.max(
      this.#nowMs + (1 + event.jumpHours) * 3_600_000,
      Date.parse(this.#subscription.createdAt) + 3_600_000,
    );
    if (event.down) return;
    const at = this.#now();
    if (event.jumpHours < 0) this.plan(at);
    const seen = new Date(this.#nowMs - event.lateMinutes * 60_000).toISOString();
    for (let i = 0; i < event.fresh; i += 1) {
      this.#stories += 1;
      this.#archive.add(storyOf(`s${this.#stories}`, 60 + ((this.#stories * 7) % 40), seen));
    }
    for (let i = 0; i < event.grows && this.#stories > 0; i += 1) {
      const id = `s${1 + ((i * 31 + this.#stories) % this.#stories)}`;
      if ((this.#archive.stories.get(id)?.story.firstSeenAt ?? "9") < seen) {
        this.#archive.grow(id, seen);
      }
    }
    this.plan(at);
    if (event.sendNow) this.#sendNow(at);
  }

  /** Quiet days, until all that was left over is told. */
  drain(): void {
    const days = 7 + Math.ceil(this.#stories / this.#subscription.cap);
    for (let hour = 0; hour < days * 24; hour += 5) {
      this.#nowMs += 5 * 3_600_000;
      this.plan(this.#now());
    }
  }

  untold(): string[] {
    const items = new Map(this.#archive.told().map((mark) => [mark.storyId, mark.items]));
    return [...this.#archive.stories.values()]
      .filter(({ story }) => items.get(story.id) !== story.items)
      .map(({ story }) => story.id);
  }

  plan(at: string): void {
    const standing = standingOf(this.#subscription, this.#state, at);
    if (standing.kind === "astray") this.#state = standing.after;
    if (standing.kind !== "due") return;
    const { since, until } = standing.window;
    this.#commit(planOne(this.#input(since, until), at));
    if (standingOf(this.#subscription, this.#state, at).kind === "due") {
      this.faults.push(`two digests at ${at}`);
    }
  }

  #sendNow(at: string): void {
    const window = standingOf(this.#subscription, { ...this.#state, dueAt: at }, at);
    if (window.kind !== "due") return;
    const input = this.#input(window.window.since, at);
    const planned = planDigestNow(input, at);
    if (typeof planned !== "string") this.#commit(planned);
  }

  #input(since: string, until: string): DigestInput {
    return {
      subscription: this.#subscription,
      state: this.#state,
      topicName: "Ports",
      candidates: this.#archive.seenWithin(since, until),
      told: this.#archive.told(),
    };
  }

  #commit(planned: ReturnType<typeof planOne>): void {
    const known = new Map(this.#archive.told().map((mark) => [mark.storyId, mark.items]));
    for (const { story, update } of planned.digest?.stories ?? []) {
      const items = known.get(story.id);
      if (items !== undefined && items >= story.items) this.faults.push(`${story.id} repeated`);
      if (update !== (items !== undefined)) this.faults.push(`${story.id} wrongly marked`);
    }
    if ((planned.digest?.stories.length ?? 0) > this.#subscription.cap) this.faults.push("cap");
    this.#archive.note(planned.told);
    this.#state = planned.after;
  }

  #now(): string {
    return new Date(this.#nowMs).toISOString();
  }
}

test("what the post has no room for is not marked told, and comes with the next digest", () => {
  const stories = ["s1", "s2", "s3", "s4", "s5"].map((id, index) =>
    storyOf(id, 90 - index, seenAt),
  );
  const [planned] = planDigests([inputOf({}, stories)], now, (_, digest) =>
    digest.overflow > 0 ? Math.min(2, digest.stories.length) : 3,
  );
  if (planned === undefined) throw new Error("nothing was planned");
  expect(planned.digest?.stories.map(({ story }) => story.id)).toEqual(["s1", "s2"]);
  expect(planned.digest?.overflow).toBe(3);
  expect(planned.told.map(({ storyId }) => storyId)).toEqual(["s1", "s2"]);
  expect(planned.after.owedSince).not.toBeNull();
  const next = planOne(
    inputOf({}, stories, planned.told, planned.after),
    "2026-03-06T08:00:01.000Z",
  );
  expect(next.told.map(({ storyId }) => storyId)).toEqual(["s3", "s4", "s5"]);
});

test("a cap above what one post can show is as many as that", () => {
  const stories = Array.from({ length: 40 }, (_, index) => storyOf(`s${index}`, 90, seenAt));
  expect(planOne(inputOf({ cap: 100 }, stories)).told).toHaveLength(24);
});
