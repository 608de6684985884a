import { checkSlots, HARD_TIMES } from "../support/sim-slots.ts";

/**
 * Walks a daily digest through every zone that this Node knows, at each of the hard times, for years
 * (default 2, from 2026), and counts the local dates that do not have exactly one slot.
 */
export async function run(args: string[]): Promise<unknown> {
  const [years = 2, from = 2026] = args.map(Number);
  const zones = Intl.supportedValuesOf("timeZone");
  const startedMs = performance.now();
  const faults: string[] = [];
  let dates = 0;
  let slots = 0;
  for (const zone of zones) {
    for (const time of HARD_TIMES) {
      const found = checkSlots(zone, time, from, years);
      dates += found.dates;
      slots += found.slots;
      faults.push(...found.faults);
    }
    process.stderr.write(".");
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const lines = [
    `\n${zones.length} zones, ${HARD_TIMES.length} times, ${years} years from ${from}`,
    `${dates} local dates, ${slots} with exactly one slot, ${dates - slots} without; ${seconds} s`,
    ...faults,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return { zones: zones.length, dates, slots, faults, seconds, tz: process.versions["tz"] };
}
