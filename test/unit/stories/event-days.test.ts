import { expect, test } from "vitest";
import { eventDays, tellOtherDays } from "../../../src/stories/event-days.ts";
import { scanWords } from "../../../src/stories/words.ts";

const days = (text: string) => eventDays(scanWords(text));

test("days are read in the languages of the feeds, only from the beginning of a report", () => {
  expect([...days("talks on Monday")]).toEqual([0]);
  expect([...days("в среду прибыли")]).toEqual([2]);
  expect([...days("llegaron el miércoles")]).toEqual([2]);
  expect([...days("over the weekend")]).toEqual([5, 6]);
  expect([...days(`${"word ".repeat(90)} Monday`)]).toEqual([]);
});

test("reports tell of other days when none is the same or next to one", () => {
  expect(tellOtherDays(days("Sunday"), days("Wednesday"))).toBe(true);
  expect(tellOtherDays(days("Sunday"), days("Monday"))).toBe(false);
  expect(tellOtherDays(days("Thursday and Monday"), days("Friday"))).toBe(false);
  expect(tellOtherDays(days("Sunday"), days("no day at all"))).toBe(false);
});
