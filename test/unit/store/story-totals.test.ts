import fc from "fast-check";
import { expect, test } from "vitest";
import {
  joinTotals,
  type StoryTotals,
  storyOfTotals,
  totalsOfItem,
} from "../../../src/store/story-totals.ts";
import { at, item } from "../../contract/store-samples.ts";

const total = fc
  .record({
    guid: fc.uuid(),
    source: fc.constantFrom("Post", "Herald", "Gazette"),
    language: fc.constantFrom("en", "es", null),
    minutes: fc.nat(5),
  })
  .map(({ guid, source, language, minutes }) =>
    totalsOfItem(item(guid, { source }), language, at(minutes)),
  );

const joined = (parts: readonly StoryTotals[]): StoryTotals => parts.reduce(joinTotals);

test("a story tells the same whatever the order in which its parts came together", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(total, { minLength: 2, maxLength: 8, selector: (one) => one.firstGuid }),
      fc.nat(),
      (parts, seed) => {
        const turn = seed % parts.length;
        const [one, other] = [
          joined(parts),
          joinTotals(joined(parts.slice(turn === 0 ? 1 : turn)), joined(parts.slice(0, turn || 1))),
        ];
        const { languages: spoken, ...rest } = storyOfTotals("s", other);
        const { languages: expected, ...same } = storyOfTotals("s", one);
        expect(rest).toEqual(same);
        expect([...spoken].sort()).toEqual([...expected].sort());
      },
    ),
  );
});

test("the first reporter is the outlet of the item first seen, by guid when seen together", () => {
  const one = totalsOfItem(item("b", { source: "Post" }), "en", at(5));
  const other = totalsOfItem(item("a", { source: "Herald" }), "es", at(5));
  const later = totalsOfItem(item("0", { source: "Gazette" }), null, at(6));
  const story = storyOfTotals("s", joined([later, one, other]));
  expect(story.firstReporter).toBe("Herald");
  expect(story.outlets.map(({ name }) => name)).toEqual(["Herald", "Post", "Gazette"]);
  expect(story.languages).toEqual(["es", "en"]);
});
