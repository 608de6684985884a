import { defineConfig } from "vitest/config";
import { findBrowser } from "./test/support/browser.ts";

const project = (name: string, include: string[], timeoutMs: number) => ({
  test: { name, include, testTimeout: timeoutMs, hookTimeout: timeoutMs },
});

export default defineConfig({
  test: {
    projects: [
      project("unit", ["test/unit/**/*.test.ts", "test/*.test.ts"], 10_000),
      project("contract", ["test/contract/**/*.test.ts"], 20_000),
      project("features", ["test/features/**/*.test.ts"], 60_000),
      project("wire", ["test/wire/**/*.test.ts"], 300_000),
      ...(findBrowser() === null ? [] : [project("web", ["test/web/**/*.test.ts"], 60_000)]),
    ],
  },
});
