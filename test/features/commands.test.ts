import { afterEach, expect, test } from "vitest";
import { BOTH_DIGESTS, type OwnConfig, ownConfig } from "../support/own-config.ts";
import { addressOf, type Running, sitrep, startSitrep } from "../support/sitrep.ts";

const owned: OwnConfig[] = [];
const runs: Running[] = [];

afterEach(async () => {
  for (const run of runs.splice(0)) await run.end("SIGKILL");
  for (const own of owned.splice(0)) own.remove();
});

function own(): OwnConfig {
  const folders = ownConfig({ settings: BOTH_DIGESTS });
  owned.push(folders);
  return folders;
}

async function ask(env: Record<string, string>, line: string): Promise<string> {
  const { out } = await sitrep(["ask", "--yes", line], { env });
  return out;
}

test("what a command changed is still there after a restart, and a restart edits nothing", async () => {
  const { env } = own();
  for (let start = 0; start < 2; start += 1) await sitrep(["run", "--once"], { env });
  const found = /\bs[0-9a-z]{10}\b/.exec(await ask(env, "export venezuela-talks json"))?.[0] ?? "";
  expect(await ask(env, `why ${found}`)).toMatch(/Edited\s+no/);

  await ask(env, `mute story ${found}`);
  await ask(env, '/sitrep-admin topic create harvest query="harvest OR crops" threshold=20');
  await sitrep(["run", "--once"], { env });
  expect(await ask(env, "topics")).toContain("harvest");
  expect(await ask(env, "/sitrep-admin audit")).toMatch(
    /created topic harvest[\s\S]*muted story s[0-9a-z]{10}/,
  );
  expect(await ask(env, "export venezuela-talks json")).not.toContain(found);
});

test("a topic that another process makes is matched by the run without a restart", async () => {
  const { env } = own();
  const run = startSitrep(env);
  runs.push(run);
  const address = await addressOf(run);
  await ask(env, '/sitrep-admin topic create talks-again query="talks" threshold=10');
  const page = await (await fetch(`${address}/topics`)).text();
  expect(page).toContain("talks-again");
});
