import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findBrowser } from "./support/browser.ts";

// Runs every test, and says aloud what could not run for want of a browser.
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const run = spawnSync(process.execPath, [vitest, "run", ...process.argv.slice(2)], {
  stdio: "inherit",
});
if (findBrowser() === null) process.stdout.write("web: not run, no browser\n");
process.exitCode = run.status ?? 1;
