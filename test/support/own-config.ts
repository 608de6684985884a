import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./rules.ts";
import { makeFolder } from "./sitrep.ts";

/** Folders of a Sitrep of a test's own: the shipped topics, and the settings and feeds that the test gives. */
export type OwnConfig = {
  readonly env: Record<string, string>;
  readonly config: string;
  readonly data: string;
  readonly seeds: string;
  remove(): void;
};

/** Both shipped topics, told to the built-in channel as soon as there is something. */
export const BOTH_DIGESTS = `
subscriptions:
  - { channel: "web:main", topic: russian-deployments, mode: digest, at: "08:00", first: now }
  - { channel: "web:main", topic: venezuela-talks, mode: digest, at: "08:00", first: now }
`;

/** Writes such folders below the system's temporary one. */
export function ownConfig(files: {
  readonly settings: string;
  readonly feeds?: string;
  readonly seeds?: Readonly<Record<string, string>>;
}): OwnConfig {
  const folder = makeFolder();
  const config = join(folder.path, "config");
  const data = join(folder.path, "data");
  mkdirSync(config, { recursive: true });
  for (const name of ["topics", "concepts"]) {
    cpSync(join(ROOT, "config", name), join(config, name), { recursive: true });
  }
  writeFileSync(join(config, "sitrep.yaml"), files.settings);
  if (files.feeds !== undefined) writeFileSync(join(config, "feeds.yaml"), files.feeds);
  let seeds = join(ROOT, "seeds");
  if (files.seeds !== undefined) {
    seeds = join(folder.path, "seeds");
    mkdirSync(seeds);
    for (const [name, text] of Object.entries(files.seeds)) writeFileSync(join(seeds, name), text);
  }
  const env = {
    SITREP_CONFIG: config,
    SITREP_DATA: data,
    SITREP_SEEDS: seeds,
    SITREP_FEED_ALLOW: "127.0.0.1",
    LOG_LEVEL: "warn",
  };
  return { env, config, data, seeds, remove: folder.remove };
}
