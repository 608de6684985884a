import { describe, expect, test } from "vitest";
import { createCommander } from "../../../src/commands/commander.ts";
import { nameOf } from "../../../src/commands/line.ts";
import type { CommandPorts } from "../../../src/commands/ports.ts";
import type { Caller, Level } from "../../../src/commands/spec.ts";
import { SPECS } from "../../../src/commands/table.ts";
import { busyWorld, fakePorts, VIEWER } from "../../support/fake-archive.ts";
import { replyText } from "../../support/reply-text.ts";

const LEVELS: readonly Level[] = ["viewer", "editor", "admin"];

/** Every command as a line that works for those who may, and those of its lines that name what another tenant has. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  "/sitrep now": ["now", "now harbour share"],
  "/sitrep topics": ["topics"],
  "/sitrep search": ["search harbour", "search u000sou"],
  "/sitrep story": ["story s0000000001", "story 900000000000000002"],
  "/sitrep why": ["why s0000000001", "why https://chat.example/south/900000000000000002"],
  "/sitrep sources": ["sources", "sources harbour"],
  "/sitrep status": ["status"],
  "/sitrep catchup": ["catchup"],
  "/sitrep export": ["export harbour", "export harbour csv"],
  "/sitrep subscribe": ["subscribe river", "subscribe river confirm=yes"],
  "/sitrep subscription": [
    "subscription",
    "subscription pause u000nor",
    ...["pause", "resume", "edit", "edit at=09:00", "remove", "test"].map((action) => {
      const [name, ...rest] = action.split(" ");
      return ["subscription", name, "u000sou", ...rest, "confirm=yes"].join(" ");
    }),
  ],
  "/sitrep digest": ["digest harbour", "digest harbour send confirm=yes"],
  "/sitrep help": ["help"],
  "/sitrep-admin source add": ["/sitrep-admin source add https://new.example/feed"],
  "/sitrep-admin source list": ["/sitrep-admin source list"],
  "/sitrep-admin source test": ["/sitrep-admin source test f000000coast"],
  "/sitrep-admin source remove": ["/sitrep-admin source remove f000000coast confirm=yes"],
  "/sitrep-admin source export": ["/sitrep-admin source export"],
  "/sitrep-admin topic list": ["/sitrep-admin topic list"],
  "/sitrep-admin topic backtest": ["/sitrep-admin topic backtest harbour"],
  "/sitrep-admin health": ["/sitrep-admin health"],
  "/sitrep-admin doctor": ["/sitrep-admin doctor"],
};

/** What belongs to the other tenant, or to nobody's eyes. */
const SECRETS = ["secret-room", "key-of-south", "hunter2", "s3cret", "joe:"];

/** A world whose every change and post is written down. */
function watched() {
  const world = busyWorld();
  const done: string[] = [];
  const plain = fakePorts(world);
  const posts: CommandPorts["posts"] = {
    notice: async (tenant, channel) => void done.push(`post ${tenant} ${channel}`),
  };
  const digests: CommandPorts["digests"] = {
    ...plain.digests,
    async sendNow(subscriptionId) {
      done.push(`send ${subscriptionId}`);
      return "planned";
    },
  };
  const state = () => JSON.stringify([world.held, world.feeds, done]);
  return { world, state, commander: createCommander(async () => ({ ...plain, posts, digests })) };
}

test("every command stands in this table", () => {
  expect(Object.keys(LINES)).toEqual(SPECS.map(nameOf));
});

const cases = SPECS.flatMap((spec) =>
  LEVELS.flatMap((level) =>
    (LINES[nameOf(spec)] ?? []).map((line) => ({ line, level, needs: spec.level })),
  ),
);

describe("rights are checked in the command", () => {
  test.each(cases)("$level asks $line", async ({ line, level, needs }) => {
    const { commander, state } = watched();
    const before = state();
    const caller: Caller = { ...VIEWER, level };
    const text = replyText(await commander.runLine(line, caller));
    const allowed = LEVELS.indexOf(level) >= LEVELS.indexOf(needs);
    expect(/needs an? (editor|admin); you are/.test(text)).toBe(!allowed);
    if (!allowed) expect(state()).toBe(before);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    if (!line.includes("u000sou")) expect(text).not.toContain("u000sou");
  });
});

describe("another tenant's subscription", () => {
  const lines = (LINES["/sitrep subscription"] ?? []).filter((line) => line.includes("u000sou"));

  test.each(lines)("is as unknown as one that never was: %s", async (line) => {
    const { commander, state } = watched();
    const before = state();
    const admin: Caller = { ...VIEWER, level: "admin" };
    const foreign = replyText(await commander.runLine(line, admin));
    const never = replyText(await commander.runLine(line.replace("u000sou", "u999999"), admin));
    expect(foreign.replaceAll("u000sou", "u999999")).toBe(never);
    expect(foreign).toContain("FAILED");
    expect(state()).toBe(before);
  });

  test("is not offered while typing", async () => {
    const { commander } = watched();
    const spec = SPECS.find(({ name }) => name === "subscription");
    if (spec === undefined) throw new Error("no such command");
    const editor: Caller = { ...VIEWER, level: "editor" };
    expect(await commander.suggest(spec, "subscription", "", editor)).toEqual([
      { label: "harbour digest in chat:news (u000nor)", value: "u000nor" },
    ]);
    expect(await commander.suggest(spec, "subscription", "u000sou", editor)).toEqual([]);
    expect(await commander.suggest(spec, "subscription", "", VIEWER)).toEqual([]);
  });
});

test("a platform that hands over an unknown command or option is told so", async () => {
  const { commander } = watched();
  const odd = { root: "sitrep", group: null, name: "nwo", options: {} } as const;
  expect(replyText(await commander.run(odd, VIEWER))).toContain("Did you mean /sitrep now?");
  const extra = { ...odd, name: "now", options: { colour: "red" } };
  expect(replyText(await commander.run(extra, VIEWER))).toContain("has no option colour");
});

test("control characters in a value are taken for spaces", async () => {
  const { commander } = watched();
  const options = { query: "harbour\u0000\u202Ewalk\nout" };
  const text = replyText(
    await commander.run({ root: "sitrep", group: null, name: "search", options }, VIEWER),
  );
  expect(text).toContain("# Search: harbour walk out");
});
