import { loadavg } from "node:os";
import type { Browser } from "playwright-core";
import { addressOf, makeFolder, startSitrep } from "../support/sitrep.ts";
import { openBrowser, openTab } from "../web/support.ts";

/** Whatever a run does besides after its start. */
const SETTLE_MS = 3_000;

const PAGES = ["/", "/topics", "/topics/venezuela-talks", "/search?q=Caracas", "/feeds", "/status"];

/** What a browser without a cache does with a page: when it first paints, and the bytes of script that it loads. */
type Visit = { readonly paintMs: number; readonly scriptBytes: number };

/** A whole `run` on loopback: first paints of each page, so many times (default 10). */
export async function run(args: string[]): Promise<unknown> {
  const [times = 10] = args.map(Number);
  const folder = makeFolder();
  const sitrep = startSitrep({ SITREP_DATA: folder.path, LOG_LEVEL: "error" });
  const browser = await openBrowser();
  try {
    const address = await addressOf(sitrep);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const rows = [];
    for (const path of PAGES) {
      const visits: Visit[] = [];
      for (let turn = 0; turn < times; turn += 1) visits.push(await visit(browser, address + path));
      const paints = visits.map(({ paintMs }) => Math.round(paintMs)).sort((a, b) => a - b);
      rows.push({
        path,
        leastMs: paints[0],
        medianMs: paints[Math.floor(paints.length / 2)],
        mostMs: paints.at(-1),
        scriptBytes: Math.max(...visits.map(({ scriptBytes }) => scriptBytes)),
      });
    }
    process.stdout.write(`load average ${loadavg()[0]?.toFixed(1)}\n`);
    process.stdout.write(`${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
    return { times, loadAverage: loadavg()[0], rows };
  } finally {
    await browser.close();
    await sitrep.end("SIGTERM");
    folder.remove();
  }
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const { page } = await openTab(browser);
  try {
    await page.goto(url, { waitUntil: "load" });
    return await page.evaluate<Visit>(
      `new Promise((resolve) => {
        const told = () => ({
          paintMs: performance.getEntriesByName("first-paint")[0].startTime,
          scriptBytes: performance.getEntriesByType("resource")
            .filter(({ name }) => name.endsWith(".js"))
            .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
        });
        const look = () => performance.getEntriesByName("first-paint").length > 0
          ? resolve(told()) : setTimeout(look, 20);
        look();
      })`,
    );
  } finally {
    await page.context().close();
  }
}
