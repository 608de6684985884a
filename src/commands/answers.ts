import type { Block, Choice, Reply } from "./reply.ts";

/** An answer for the person who asked, or for everybody when it is shared. */
export function answer(
  blocks: readonly Block[],
  options: { readonly share?: boolean; readonly choices?: readonly Choice[] } = {},
): Reply {
  const { share = false, choices = [] } = options;
  return { blocks, ephemeral: !share, ...(choices.length > 0 ? { choices } : {}) };
}

/** A command that was refused or failed: what is wrong, and what to do instead. */
export function failed(text: string, choices: readonly Choice[] = []): Reply {
  return {
    blocks: [notice("error", text)],
    ephemeral: true,
    failed: true,
    ...(choices.length > 0 ? { choices } : {}),
  };
}

export function notice(tone: "info" | "good" | "warning" | "error", text: string): Block {
  return { kind: "notice", tone, text };
}

export function heading(text: string): Block {
  return { kind: "heading", text };
}

export function plain(text: string): Block {
  return { kind: "text", text };
}

/** Label and value, one a line; values that are null are left out. */
export function facts(...entries: readonly (readonly [string, string | null])[]): Block {
  return {
    kind: "facts",
    facts: entries.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const])),
  };
}

export function choice(
  label: string,
  command: string,
  tone: "primary" | "plain" | "danger" = "plain",
): Choice {
  return { label, command, tone };
}

/** Buttons that fit every platform's rows. */
export const CHOICES_MAX = 10;
