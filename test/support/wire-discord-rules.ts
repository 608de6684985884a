import { isMasked, type ShownLink } from "./wire-links.ts";
import { record } from "./wire-server.ts";

/** What a message may be given: no embeds, only for the asker, no notification, components v2. */
const SETTABLE = (1 << 2) | (1 << 6) | (1 << 12) | (1 << 15);

/** What Discord would refuse in a message, in words; empty: nothing. Written from its documentation alone. */
export function messageFaults(body: Record<string, unknown>): readonly string[] {
  const faults: string[] = [];
  const components = Array.isArray(body["components"]) ? body["components"] : [];
  const flags = Number(body["flags"] ?? 0);
  const isV2 = (flags & (1 << 15)) !== 0;
  if (isV2) visitV2(body, components, faults);
  else if (typeof body["content"] !== "string" || body["content"].length > 2_000) {
    faults.push("content missing or longer than 2,000");
  }
  if ((flags & ~SETTABLE) !== 0) faults.push(`flags ${flags}`);
  const nonce = body["nonce"];
  if (nonce !== undefined && (typeof nonce !== "string" || nonce.length > 25)) {
    faults.push("nonce longer than 25");
  }
  const allowed = record(body["allowed_mentions"]);
  if (!Array.isArray(allowed["parse"])) faults.push("allowed_mentions is open");
  return faults;
}

function visitV2(
  body: Record<string, unknown>,
  components: readonly unknown[],
  faults: string[],
): void {
  for (const key of ["content", "embeds", "poll", "stickers"]) {
    if (body[key] !== undefined) faults.push(`${key} beside components v2`);
  }
  if (components.length === 0) faults.push("no components");
  const seen: Seen = { count: 0, chars: 0, ids: new Set(), faults };
  for (const component of components) visit(record(component), seen, 0);
  if (seen.count > 40) faults.push(`${seen.count} components`);
  if (seen.chars > 4_000) faults.push(`${seen.chars} characters of text`);
}

type Seen = { count: number; chars: number; readonly ids: Set<string>; readonly faults: string[] };

/** Kinds that may hold others, and what. */
const HOLDS: Readonly<Record<number, readonly number[]>> = {
  1: [2, 3],
  17: [1, 10, 13, 14],
};
const TOP = [1, 10, 13, 14, 17];

function visit(component: Record<string, unknown>, seen: Seen, parent: number): void {
  const kind = Number(component["type"]);
  const allowed = parent === 0 ? TOP : (HOLDS[parent] ?? []);
  seen.count += 1;
  if (!allowed.includes(kind)) seen.faults.push(`kind ${kind} in ${parent}`);
  visitId(component["custom_id"], seen);
  if (kind === 10) visitText(component, seen);
  if (kind === 2) visitButton(component, seen);
  if (kind === 3) visitSelect(component, seen);
  if (kind in HOLDS) visitInner(component["components"], seen, kind);
}

function visitId(id: unknown, seen: Seen): void {
  if (id === undefined) return;
  if (typeof id !== "string" || id.length < 1 || id.length > 100) seen.faults.push("custom_id");
  else if (seen.ids.has(id)) seen.faults.push(`custom_id twice: ${id}`);
  else seen.ids.add(id);
}

function visitInner(inner: unknown, seen: Seen, kind: number): void {
  if (!Array.isArray(inner) || inner.length === 0) {
    seen.faults.push(`kind ${kind} is empty`);
    return;
  }
  if (kind === 1 && inner.length > 5) seen.faults.push("more than 5 in a row");
  for (const one of inner) visit(record(one), seen, kind);
}

function visitText({ content }: Record<string, unknown>, seen: Seen): void {
  if (typeof content !== "string" || content.trim() === "") seen.faults.push("empty text");
  else seen.chars += content.length;
}

function visitButton(button: Record<string, unknown>, seen: Seen): void {
  const { style, label, url } = button;
  if (typeof label !== "string" || label.length < 1 || label.length > 80) {
    seen.faults.push("button label");
  }
  if (style === 5) {
    if (typeof url !== "string" || url.length > 512 || !/^https?:/.test(url)) {
      seen.faults.push("link button");
    }
  } else if (button["custom_id"] === undefined) seen.faults.push("button without custom_id");
}

function visitSelect(select: Record<string, unknown>, seen: Seen): void {
  const options = Array.isArray(select["options"]) ? select["options"].map(record) : [];
  if (options.length < 1 || options.length > 25) seen.faults.push("select options");
  const values = new Set(options.map((option) => option["value"]));
  if (values.size !== options.length) seen.faults.push("select value twice");
  for (const { label, value } of options) {
    if (typeof label !== "string" || label.length < 1 || label.length > 100) {
      seen.faults.push("select label");
    }
    if (typeof value !== "string" || value.length < 1 || value.length > 100) {
      seen.faults.push("select value");
    }
  }
}

/** What Discord would refuse in a bulk overwrite of commands. */
export function commandFaults(commands: readonly unknown[]): readonly string[] {
  return commands.map(record).flatMap((command) => {
    const isSlash = command["type"] === undefined || command["type"] === 1;
    return isSlash ? slashFaults(command) : actionFaults(command);
  });
}

function slashFaults(command: Record<string, unknown>): readonly string[] {
  const faults: string[] = [];
  visitOption(command, faults);
  const chars = optionChars(command);
  if (chars > 8_000) faults.push(`${command["name"]}: ${chars} characters`);
  return faults;
}

function actionFaults(command: Record<string, unknown>): readonly string[] {
  const name = String(command["name"] ?? "");
  const faults: string[] = name.length < 1 || name.length > 32 ? [`name ${name}`] : [];
  return (command["description"] ?? "") === "" ? faults : [...faults, `${name}: description`];
}

function visitOption(option: Record<string, unknown>, faults: string[]): void {
  const name = String(option["name"] ?? "");
  const about = String(option["description"] ?? "");
  if (!/^[-_'\p{Ll}\p{N}]{1,32}$/u.test(name)) faults.push(`name ${name}`);
  if (about.length < 1 || about.length > 100) faults.push(`${name}: description`);
  const choices = Array.isArray(option["choices"]) ? option["choices"] : [];
  if (choices.length > 25) faults.push(`${name}: choices`);
  if (option["autocomplete"] === true && choices.length > 0) faults.push(`${name}: both`);
  const inner = Array.isArray(option["options"]) ? option["options"].map(record) : [];
  if (inner.length > 25) faults.push(`${name}: more than 25 options`);
  const names = new Set(inner.map((one) => one["name"]));
  if (names.size !== inner.length) faults.push(`${name}: a name twice`);
  const firstOptional = inner.findIndex((one) => one["required"] !== true);
  const lastRequired = inner.findLastIndex((one) => one["required"] === true);
  if (firstOptional >= 0 && firstOptional < lastRequired) faults.push(`${name}: required last`);
  for (const one of inner) visitOption(one, faults);
}

function optionChars(option: Record<string, unknown>): number {
  const own = ["name", "description", "value"].reduce(
    (sum, key) => sum + (typeof option[key] === "string" ? option[key].length : 0),
    0,
  );
  const inner = [option["options"], option["choices"]]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map(record);
  return inner.reduce((sum, one) => sum + optionChars(one), own);
}

/** All texts of a message that Discord reads as markdown. */
export function markdownOf(components: unknown): string {
  if (!Array.isArray(components)) return "";
  return components
    .map(record)
    .map((one) => [one["content"] ?? "", markdownOf(one["components"])].join("\n"))
    .join("\n");
}

/** Mentions that would reach somebody or show as one: everyone, here, users, roles; roles named as allowed excepted. */
export function activeMentions(body: Record<string, unknown>): readonly string[] {
  const allowed = record(body["allowed_mentions"])["roles"];
  const roles = Array.isArray(allowed) ? allowed.map(String) : [];
  const text = markdownOf(body["components"]);
  const hits = text.match(/@everyone|@here|<@[!&]?\d+>|<#\d+>|<\/[^>]+:\d+>/g) ?? [];
  return hits.filter((hit) => !roles.some((role) => hit === `<@&${role}>`));
}

/** What takes the meaning of what is in it: a backslash, a block of code, code in a line; and what may begin a label. */
const STEPS = /\\[^0-9A-Za-z\s]|```[\s\S]+?```|(`+)[\s\S]*?[^`]\1(?!`)|\[/g;

/** The end of a label with an address after it. */
const LABEL_ENDS = /\]\(\s*<?([^\s)>]+)[^)]*\)/g;

/**
 * The links that stand under a label, with the label as it is shown. As strict as the loosest reading of Discord's
 * markdown: a label may go over several ends, and neither a backslash nor code within it keeps it from ending.
 */
export function linksOf(text: string): readonly ShownLink[] {
  const ends = [...text.matchAll(LABEL_ENDS)];
  const links: ShownLink[] = [];
  let doneTo = 0;
  for (const { 0: step, index } of text.matchAll(STEPS)) {
    if (step !== "[" || index < doneTo) continue;
    for (const { 0: end, 1: url = "", index: at } of ends) {
      if (at < index || !mayBeLabel(text, index + 1, at)) continue;
      if (doneTo <= index) doneTo = at + end.length;
      const label = text.slice(index + 1, at);
      links.push({ label: label.replace(/\\([^0-9A-Za-z\s])/g, "$1"), url });
    }
  }
  return links;
}

/** Whether its brackets let it be one: each that opens closes again, and one that only closes is followed by another. */
function mayBeLabel(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    if (text[at] === "[") {
      at = text.indexOf("]", at);
      if (at < 0 || at >= to) return false;
    } else if (text[at] === "]" && !/^[^[\]]*\]/.test(text.slice(at + 1))) return false;
  }
  return true;
}

/** Links whose label shows another host than the one they go to. */
export function maskedLinks(text: string): readonly ShownLink[] {
  return linksOf(text).filter(isMasked);
}
