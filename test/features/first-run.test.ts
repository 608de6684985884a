import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { BOTH_DIGESTS, type OwnConfig, ownConfig } from "../support/own-config.ts";
import { addressOf, type Running, sitrep, startSitrep } from "../support/sitrep.ts";

const owned: OwnConfig[] = [];
const runs: Running[] = [];

afterEach(async () => {
  for (const run of runs.splice(0)) await run.end("SIGKILL");
  for (const own of owned.splice(0)) own.remove();
});

function own(files: Parameters<typeof ownConfig>[0]): OwnConfig {
  const folders = ownConfig(files);
  owned.push(folders);
  return folders;
}

function start(env: Record<string, string>): Running {
  const run = startSitrep(env);
  runs.push(run);
  return run;
}

const postsOf = (text: string): string[] => text.match(/^── web:main .*$/gm) ?? [];
const shownOn = (page: string): string[] => page.match(/<article class="post"/g) ?? [];

test("the first run prints both digests and shows them on the page", async () => {
  const { env } = own({ settings: BOTH_DIGESTS });
  const run = start(env);
  const address = await addressOf(run);
  expect(postsOf(run.out())).toHaveLength(2);
  const page = await (await fetch(address)).text();
  expect(page).toContain("Russian deployments");
  expect(page).toContain("Venezuela talks");
  expect(shownOn(page)).toHaveLength(2);
  expect(await run.end("SIGTERM")).toBe(0);
});

test("a run that is killed and started again repeats no post", async () => {
  const { env } = own({ settings: BOTH_DIGESTS });
  const first = start(env);
  await addressOf(first);
  await first.end("SIGKILL");
  const second = start(env);
  const address = await addressOf(second);
  expect(postsOf(second.out())).toEqual([]);
  expect(shownOn(await (await fetch(address)).text())).toHaveLength(2);
});

test("a run that is killed at any moment of its start loses and repeats nothing", async () => {
  const { env } = own({ settings: BOTH_DIGESTS });
  for (const afterMs of [150, 300, 450, 600, 750, 900]) {
    const run = start(env);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await run.end("SIGKILL");
  }
  const last = start(env);
  const page = await (await fetch(await addressOf(last))).text();
  expect(shownOn(page)).toHaveLength(2);
  expect(page.match(/Russian deployments<\/h/g)).toHaveLength(1);
});

test("a second run on the same data folder says who holds it and ends with 2", async () => {
  const { env, data } = own({ settings: BOTH_DIGESTS });
  const first = start(env);
  await addressOf(first);
  const second = await sitrep(["run"], { env: { ...env, PORT: "0" } });
  expect(second.code).toBe(2);
  expect(second.err).toContain(data);
  expect(second.err).toContain(`process ${first.child.pid}`);
});

test("a port that is taken ends the start with the port and the remedy", async () => {
  const { env } = own({ settings: BOTH_DIGESTS });
  const first = start(env);
  const port = new URL(await addressOf(first)).port;
  const other = own({ settings: BOTH_DIGESTS });
  const second = await sitrep(["run"], { env: { ...other.env, PORT: port } });
  expect(second.code).toBe(2);
  expect(second.err).toMatch(new RegExp(`port ${port} on 127\\.0\\.0\\.1 is taken: .*set PORT`));
});

test("faults in the settings are all reported at once, with file, line and remedy", async () => {
  const settings =
    'timezone: Mars/Base\npoll: { every: soon }\nsubscriptions:\n  - { channel: "web:main", topic: nothing }\n';
  const { env, config } = own({ settings, feeds: "- { url: ftp://example.org/feed }\n" });
  writeFileSync(join(config, "topics", "broken.yaml"), 'name: Broken\nquery: |\n  "open AND (x\n');
  const run = await sitrep(["run"], { env: { ...env, PORT: "none" } });
  expect(run.code).toBe(2);
  expect(run.err).toMatch(/sitrep\.yaml:1: timezone: .*: write a name such as Europe\/Berlin/);
  expect(run.err).toMatch(/sitrep\.yaml:2: poll\.every: "soon" is no duration: write a number/);
  expect(run.err).toMatch(/feeds\.yaml:1: 0\.url: is no http or https address: write it/);
  expect(run.err).toMatch(/broken\.yaml:3: /);
  expect(run.err).toMatch(/environment:1: PORT: "none" is no port/);
});

test("one round ends by itself, prints each post once, and a second one prints none", async () => {
  const { env } = own({ settings: BOTH_DIGESTS });
  const first = await sitrep(["run", "--once"], { env });
  expect({ code: first.code, posts: postsOf(first.out).length }).toEqual({ code: 0, posts: 2 });
  const second = await sitrep(["run", "--once"], { env });
  expect({ code: second.code, posts: postsOf(second.out).length }).toEqual({ code: 0, posts: 0 });
});

test("an unreadable seed is named, and the others are told all the same", async () => {
  const { env, seeds } = own({
    settings: BOTH_DIGESTS,
    seeds: {
      "good.md":
        "---\ntitle: Russia sends 200 troops to Venezuela\nsource: Harbour Post\n---\nRussia sent 200 troops and advisers to Venezuela on Monday, officials in Caracas said.\n",
      "empty.txt": "",
    },
  });
  const run = await sitrep(["run", "--once"], { env });
  expect(run.err).toContain(join(seeds, "empty.txt"));
  expect(run.out).toContain("Russia sends 200 troops to Venezuela");
  expect(run.code).toBe(0);
});
