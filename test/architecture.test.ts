import { expect, test } from "vitest";
import {
  crossedPlatforms,
  cycles,
  environmentReaders,
  impurities,
  leakedVocabulary,
  readSources,
  type Source,
  untidy,
  wrongDirections,
} from "./support/rules.ts";

const sources = readSources("src", /\.ts$/);

const planted = (path: string, text: string): Source[] => [{ path, text }];

const rules: readonly {
  readonly says: string;
  readonly rule: (sources: readonly Source[]) => string[];
  readonly faults: readonly Source[][];
}[] = [
  {
    says: "a stage imports only stages to its left and never the store",
    rule: wrongDirections,
    faults: [
      planted("src/feeds/a.ts", 'import { b } from "../topics/b.ts";\n'),
      planted("src/topics/a.ts", 'import type { b } from "../digests/b.ts";\n'),
      planted("src/commands/a.ts", 'import type { Ledger } from "../store/ledger.ts";\n'),
      planted("src/digests/a.ts", 'import { readConfig } from "../config.ts";\n'),
      planted("src/chat/web/a.ts", 'const a = await import("../../store/kv.ts");\n'),
      planted("src/delivery/a.ts", 'import { polling } from "../pipeline/polling.ts";\n'),
    ],
  },
  {
    says: "what decides has no clock, chance, disk, network, environment or log",
    rule: impurities,
    faults: [
      planted("src/topics/a.ts", "const now = Date.now();\n"),
      planted("src/stories/a.ts", "const now = new Date();\n"),
      planted("src/digests/a.ts", "const id = Math.random();\n"),
      planted("src/feeds/parse.ts", 'import { readFileSync } from "node:fs";\n'),
      planted("src/commands/a.ts", 'const page = await fetch("http://127.0.0.1");\n'),
      planted("src/digests/b.ts", 'import { createLog } from "../log.ts";\n'),
    ],
  },
  {
    says: "platform words stay under chat, in the configuration and in the wiring",
    rule: leakedVocabulary,
    faults: [
      planted("src/delivery/a.ts", "const discord = 1;\n"),
      planted("src/commands/a.ts", "/** Sent through a webhook. */\n"),
    ],
  },
  {
    says: "platforms do not know each other and keep their own SDK",
    rule: crossedPlatforms,
    faults: [
      planted("src/chat/slack/a.ts", 'import { b } from "../discord/b.ts";\n'),
      planted("src/delivery/a.ts", 'import { Client } from "discord.js";\n'),
    ],
  },
  {
    says: "there are no drawers, barrels, default exports or overlong files",
    rule: untidy,
    faults: [
      planted("src/utils/a.ts", "\n"),
      planted("src/feeds/helpers.ts", "\n"),
      planted("src/feeds/index.ts", 'export * from "./a.ts";\n'),
      planted("src/feeds/a.ts", "export default 1;\n"),
      planted("src/feeds/b.ts", "\n".repeat(401)),
    ],
  },
  {
    says: "only the configuration reads the environment",
    rule: environmentReaders,
    faults: [planted("src/feeds/a.ts", 'const a = process.env["A"];\n')],
  },
  {
    says: "imports never lead in a circle",
    rule: cycles,
    faults: [
      [
        { path: "src/feeds/a.ts", text: 'import { b } from "./b.ts";\n' },
        { path: "src/feeds/b.ts", text: 'import { a } from "./a.ts";\n' },
      ],
    ],
  },
];

for (const { says, rule, faults } of rules) {
  test(says, () => {
    expect(rule(sources)).toEqual([]);
  });
  test(`a planted fault is seen: ${says}`, () => {
    for (const fault of faults) expect(rule(fault)).not.toEqual([]);
  });
}

test("comments may speak of the clock", () => {
  expect(impurities(planted("src/topics/a.ts", "// Never Date.now() here.\n"))).toEqual([]);
});
