import { describe, expect, test } from "vitest";
import { isSettled, type Move, trackMove } from "../../../src/feeds/moves.ts";
import { silentSince } from "../../../src/feeds/silence.ts";

const START = Date.parse("2026-03-01T00:00:00.000Z");
const HOUR = 3_600_000;

function at(hours: number): string {
  return new Date(START + hours * HOUR).toISOString();
}

describe("a permanent redirect", () => {
  test("is followed for good only after a week of the same answer", () => {
    let move: Move | null = null;
    for (let hour = 0; hour < 24 * 7; hour += 1) {
      move = trackMove(move, "https://new.example/rss", at(hour));
      if (move === null) throw new Error("the move was forgotten");
      expect(isSettled(move, at(hour))).toBe(false);
    }
    move = trackMove(move, "https://new.example/rss", at(24 * 7));
    expect(move === null ? null : isSettled(move, at(24 * 7))).toBe(true);
  });

  test("begins anew when the feed answers itself, or names another place", () => {
    const move = { to: "https://new.example/rss", since: at(0), times: 100 };
    expect(trackMove(move, null, at(1))).toBeNull();
    expect(trackMove(move, "https://portal.example/", at(1))).toEqual({
      to: "https://portal.example/",
      since: at(1),
      times: 1,
    });
  });
});

describe("a feed is silent", () => {
  const hourly = Array.from({ length: 30 }, (_, index) => at(index));
  const weekly = Array.from({ length: 30 }, (_, index) => at(index * 168));

  test("once it brought nothing for three times its longest usual gap, and a day", () => {
    expect(silentSince(hourly, at(29 + 20))).toBeNull();
    expect(silentSince(hourly, at(29 + 25))).toBe(at(29));
    expect(silentSince(weekly, at(29 * 168 + 400))).toBeNull();
    expect(silentSince(weekly, at(29 * 168 + 600))).toBe(at(29 * 168));
  });

  test("never before it has a rhythm", () => {
    expect(silentSince(hourly.slice(0, 5), at(9_999))).toBeNull();
    expect(silentSince([], at(0))).toBeNull();
  });
});
