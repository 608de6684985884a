import { existsSync } from "node:fs";

/** Where systems put Chromium or Chrome; the first that exists is used. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Path of a browser to test with, SITREP_TEST_BROWSER first; null when there is none. */
export function findBrowser(): string | null {
  const named = process.env["SITREP_TEST_BROWSER"];
  const places = named === undefined ? PLACES : [named, ...PLACES];
  return places.find((place) => existsSync(place)) ?? null;
}
