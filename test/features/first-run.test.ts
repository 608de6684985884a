import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ROOT } from "../support/rules.ts";
import { addressOf, makeFolder, type Running, sitrep, startSitrep } from "../support/sitrep.ts";

const folders: { remove(): void }[] = [];
const runs: Running[] = [];

afterEach(async () => {
  for (const run of runs.splice(0)) await run.end("SIGKILL");
  for (const folder of folders.splice(0)) folder.remove();
});

/** A Sitrep with the shipped topics, subscriptions and seeds, and no feed. */
function ownFolders(): { env: Record<string, string>; path: string } {
  const folder = makeFolder();
  folders.push(folder);
  const config = join(folder.path, "config");
  mkdirSync(config, { recursive: true });
  for (const name of ["topics", "concepts"]) {
    cpSync(join(ROOT, "config", name), join(config, name), { recursive: true });
  }
  writeFileSync(join(config, "sitrep.yaml"), SETTINGS);
  const env = { SITREP_CONFIG: config, SITREP_DATA: join(folder.path, "data"), LOG_LEVEL: "warn" };
  return { env, path: folder.path };
}

const SETTINGS = `
subscriptions:
  - { channel: "web:main", topic: russian-deployments, mode: digest, at: "08:00", first: now }
  - { channel: "web:main", topic: venezuela-talks, mode: digest, at: "08:00", first: now }
`;

function start(env: Record<string, string>): Running {
  const run = startSitrep(env);
  runs.push(run);
  return run;
}

const postsOf = (text: string): string[] => text.match(/^── web:main .*$/gm) ?? [];

test("the first run prints both digests and shows them on the page", async () => {
  const { env } = ownFolders();
  const run = start(env);
  const address = await addressOf(run);
  expect(postsOf(run.out())).toHaveLength(2);
  const page = await (await fetch(address)).text();
  expect(page).toContain("Russian deployments");
  expect(page).toContain("Venezuela talks");
  expect(await run.end("SIGTERM")).toBe(0);
});

test("a run that is killed and started again repeats no post", async () => {
  const { env } = ownFolders();
  const first = start(env);
  await addressOf(first);
  await first.end("SIGKILL");
  const second = start(env);
  const address = await addressOf(second);
  expect(postsOf(second.out())).toEqual([]);
  const page = await (await fetch(address)).text();
  expect(page.match(/<article[^>]*data-post/g) ?? []).toHaveLength(2);
});

test("a second run on the same data folder says who holds it and ends with 2", async () => {
  const { env } = ownFolders();
  const first = start(env);
  await addressOf(first);
  const second = sitrep(["run"], { env: { ...env, PORT: "0" } });
  expect(second.code).toBe(2);
  expect(second.err).toContain(env["SITREP_DATA"] ?? "");
  expect(second.err).toContain(`process ${first.child.pid}`);
});

test("faults in the settings are all reported at once, with file, line and remedy", () => {
  const { env } = ownFolders();
  writeFileSync(
    join(env["SITREP_CONFIG"] ?? "", "sitrep.yaml"),
    'timezone: Mars/Base\npoll: { every: soon }\nsubscriptions:\n  - { channel: "web:main", topic: nothing }\n',
  );
  const run = sitrep(["run"], { env: { ...env, PORT: "none" } });
  expect(run.code).toBe(2);
  expect(run.err).toMatch(/sitrep\.yaml:1: timezone: .*: write a name such as Europe\/Berlin/);
  expect(run.err).toMatch(/sitrep\.yaml:2: poll\.every: "soon" is no duration: write a number/);
  expect(run.err).toMatch(/environment:1: PORT: "none" is no port/);
});

test("one round ends by itself, prints each post once, and a second one prints none", () => {
  const { env } = ownFolders();
  const first = sitrep(["run", "--once"], { env });
  expect({ code: first.code, posts: postsOf(first.out).length }).toEqual({ code: 0, posts: 2 });
  const second = sitrep(["run", "--once"], { env });
  expect({ code: second.code, posts: postsOf(second.out).length }).toEqual({ code: 0, posts: 0 });
});
