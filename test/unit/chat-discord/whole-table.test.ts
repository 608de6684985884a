import { expect, test } from "vitest";
import { definitions } from "../../../src/chat/discord/commands.ts";
import { invitationOf, lackingPermissions } from "../../../src/chat/discord/invite.ts";
import { SPECS } from "../../../src/commands/table.ts";

type Definition = {
  readonly type?: number;
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly autocomplete?: boolean;
  readonly options?: readonly Definition[];
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
};

const ALL = definitions(SPECS) as readonly Definition[];

function everyPart(one: Definition): readonly Definition[] {
  return [one, ...(one.options ?? []).flatMap(everyPart)];
}

/** Limits as in https://docs.discord.com/developers/interactions/application-commands. */
test("the whole command table keeps within what Discord takes of a command", () => {
  for (const root of ALL) {
    const parts = everyPart(root);
    const chars = parts
      .flatMap(({ name, description = "", choices = [] }) => [
        name,
        description,
        ...choices.flatMap((choice) => [choice.name, choice.value]),
      ])
      .join("").length;
    expect(chars, root.name).toBeLessThanOrEqual(8_000);
    for (const part of parts) {
      if (part.type !== 3 || part.description !== undefined) {
        expect(part.name).toMatch(/^[-_\p{Ll}\p{N}]{1,32}$/u);
        expect(part.description?.length ?? 0).toBeGreaterThan(0);
        expect(part.description?.length ?? 0).toBeLessThanOrEqual(100);
      }
      expect(part.options?.length ?? 0).toBeLessThanOrEqual(25);
      expect(part.choices?.length ?? 0).toBeLessThanOrEqual(25);
      expect(part.choices !== undefined && part.autocomplete === true).toBe(false);
      const order = (part.options ?? []).map(({ required }) => Number(required === true));
      expect(order).toEqual(order.toSorted((a, b) => b - a));
    }
  }
});

test("there are two slash commands and three message actions, in servers only", () => {
  expect(ALL.map(({ name }) => name)).toEqual([
    "sitrep",
    "sitrep-admin",
    "Why this?",
    "Track this story",
    "Not relevant",
  ]);
  for (const one of ALL) expect(one).toMatchObject({ contexts: [0], integration_types: [0] });
});

test("the invitation asks for posting, threads and reading back, and no more", () => {
  const id = "123456789012345678";
  const token = `${Buffer.from(id).toString("base64")}.x.y`;
  const address = new URL(invitationOf(token) ?? "");
  expect(address.searchParams.get("client_id")).toBe(id);
  expect(address.searchParams.get("scope")).toBe("bot applications.commands");
  const bits = BigInt(address.searchParams.get("permissions") ?? "");
  expect(bits).toBe((1n << 10n) | (1n << 11n) | (1n << 16n) | (1n << 35n) | (1n << 38n));
  const place = { inThread: false, opensThreads: true };
  expect(lackingPermissions(bits, place)).toEqual([]);
  expect(lackingPermissions(bits & ~(1n << 35n), place)).toEqual(["Create Public Threads"]);
  expect(lackingPermissions(1n << 10n, { ...place, inThread: true })).toEqual([
    "Send Messages in Threads",
    "Read Message History",
  ]);
  expect(invitationOf("not-a-token")).toBeNull();
});
