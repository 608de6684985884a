import { expect, test } from "vitest";
import type { Ledger } from "../../src/store/ledger.ts";
import { at, feed, feedState } from "./store-samples.ts";

/** What a ledger must do for those who poll. */
export function storePollsContract(open: () => Promise<Ledger>): void {
  const dueIds = async (ledger: Ledger, some: { failing?: boolean; limit?: number } = {}) => {
    const due = await ledger.dueFeeds({ now: at(10), failing: false, limit: 9, ...some });
    return due.map(({ id }) => id);
  };

  test("feeds are due in the order in which they wait, never polled ones last", async () => {
    const ledger = await open();
    for (const id of ["f-new", "f-late", "f-later", "f-waits", "f-paused"]) {
      await ledger.addFeed(feed(id));
    }
    await ledger.saveFeedStates([
      { feedId: "f-late", state: feedState({ nextPollAt: at(2) }) },
      { feedId: "f-later", state: feedState({ nextPollAt: at(1) }) },
      { feedId: "f-waits", state: feedState({ nextPollAt: at(11) }) },
      { feedId: "f-paused", state: feedState({ nextPollAt: at(1), paused: true }) },
      { feedId: "f-nobody", state: feedState({ nextPollAt: at(1) }) },
    ]);
    expect(await dueIds(ledger)).toEqual(["f-later", "f-late", "f-new"]);
    expect(await dueIds(ledger, { limit: 1 })).toEqual(["f-later"]);
    const [first] = await ledger.dueFeeds({ now: at(10), failing: false, limit: 1 });
    expect(first).toEqual({ ...feed("f-later"), state: feedState({ nextPollAt: at(1) }) });
  });

  test("failing feeds and the others do not wait for each other", async () => {
    const ledger = await open();
    for (const id of ["f-well", "f-fails"]) await ledger.addFeed(feed(id));
    await ledger.saveFeedStates([
      { feedId: "f-well", state: feedState({ nextPollAt: at(2) }) },
      { feedId: "f-fails", state: feedState({ nextPollAt: at(1), failures: 3 }) },
    ]);
    expect(await dueIds(ledger, { failing: true })).toEqual(["f-fails"]);
    expect(await dueIds(ledger, { limit: 1 })).toEqual(["f-well"]);
  });
}
