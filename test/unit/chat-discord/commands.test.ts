import { expect, test } from "vitest";
import { definitions, definitionsHash } from "../../../src/chat/discord/commands.ts";
import { PERMISSION, permissionsIn } from "../../../src/chat/discord/permissions.ts";
import { SPECS } from "../../../src/commands/table.ts";
import { sampleCommander } from "../../support/chat-samples.ts";
import { commandFaults } from "../../support/wire-discord-rules.ts";

test("all of Sitrep's commands are within what Discord takes", () => {
  const all = definitions(SPECS);
  expect(commandFaults(all)).toEqual([]);
  expect(all.filter((one) => one["type"] === 1).map(({ name }) => name)).toEqual([
    "sitrep",
    "sitrep-admin",
  ]);
});

test("the definitions' hash changes with them and only with them", () => {
  const { specs } = sampleCommander().commander;
  const [first, ...rest] = specs;
  const hash = definitionsHash(definitions(specs));
  expect(definitionsHash(definitions(sampleCommander().commander.specs))).toBe(hash);
  expect(definitionsHash(definitions(rest))).not.toBe(hash);
  const changed = first === undefined ? [] : [{ ...first, about: "Something else" }];
  expect(definitionsHash(definitions([...changed, ...rest]))).not.toBe(hash);
});

test("required options come first, and admins' commands are fenced", () => {
  const [sitrep, admin] = definitions([
    {
      root: "sitrep",
      group: null,
      name: "now",
      about: "x",
      level: "viewer",
      options: [
        { name: "since", kind: "duration", about: "x", required: false },
        { name: "topic", kind: "topic", about: "x", required: true },
      ],
    },
    { root: "sitrep-admin", group: "source", name: "add", about: "x", level: "admin", options: [] },
  ]);
  expect(JSON.stringify(sitrep)).toMatch(/"topic".*"since"/);
  expect(admin).toMatchObject({
    default_member_permissions: "32",
    options: [{ type: 2, name: "source", options: [{ type: 1, name: "add" }] }],
  });
});

test("permissions come from roles, then everyone's, roles' and the member's own overwrites", () => {
  const facts = {
    guildId: "1",
    ownerId: "9",
    userId: "5",
    memberRoles: ["2"],
    roles: [
      { id: "1", permissions: String(PERMISSION.viewChannel | PERMISSION.readMessageHistory) },
      { id: "2", permissions: "0" },
      { id: "3", permissions: String(PERMISSION.administrator) },
    ],
    overwrites: [{ id: "1", allow: "0", deny: String(PERMISSION.readMessageHistory) }],
  };
  const reads = (more: Partial<typeof facts>): boolean =>
    (permissionsIn({ ...facts, ...more }) & PERMISSION.readMessageHistory) !== 0n;
  const allow = (id: string) => ({ id, allow: String(PERMISSION.readMessageHistory), deny: "0" });
  expect(reads({})).toBe(false);
  expect(reads({ overwrites: [] })).toBe(true);
  expect(reads({ overwrites: [...facts.overwrites, allow("2")] })).toBe(true);
  expect(reads({ overwrites: [...facts.overwrites, allow("3")] })).toBe(false);
  expect(reads({ overwrites: [...facts.overwrites, allow("5")] })).toBe(true);
  expect(reads({ memberRoles: ["3"] })).toBe(true);
  expect(reads({ ownerId: "5" })).toBe(true);
});
