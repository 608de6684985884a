import { isMasked, type ShownLink } from "./wire-links.ts";
import { record } from "./wire-server.ts";

/** What Slack would refuse in a message's or a view's blocks, in words. Written from its documentation alone. */
export function blockFaults(blocks: unknown): readonly string[] {
  if (!Array.isArray(blocks)) return ["blocks is no list"];
  const faults: string[] = [];
  if (blocks.length < 1 || blocks.length > 50) faults.push(`${blocks.length} blocks`);
  if (JSON.stringify(blocks).length > 13_000) faults.push("msg_blocks_too_long");
  for (const block of blocks.map(record)) faults.push(...oneBlock(block));
  return faults;
}

function oneBlock(block: Record<string, unknown>): readonly string[] {
  switch (block["type"]) {
    case "header":
      return textFaults(block["text"], "plain_text", 150);
    case "section":
      return textFaults(block["text"], "mrkdwn", 3_000);
    case "context":
      return contextFaults(block["elements"]);
    case "actions":
      return actionsFaults(block["elements"]);
    case "divider":
      return [];
    case "input":
      return inputFaults(block);
    default:
      return [`block ${block["type"]}`];
  }
}

function textFaults(value: unknown, kind: string, charsMax: number): readonly string[] {
  const { type, text } = record(value);
  if (type !== kind) return [`text of kind ${type} for ${kind}`];
  const length = typeof text === "string" ? text.length : 0;
  return length < 1 || length > charsMax ? [`${kind} of ${length} characters`] : [];
}

/** https://docs.slack.dev/reference/block-kit/blocks/input-block: only in views. */
function inputFaults(block: Record<string, unknown>): readonly string[] {
  const element = record(block["element"]);
  const kinds = ["plain_text_input", "static_select", "external_select"];
  const known = kinds.includes(String(element["type"])) && typeof element["action_id"] === "string";
  return [
    ...textFaults(block["label"], "plain_text", 2_000),
    ...textFaults(block["hint"], "plain_text", 2_000),
    ...(known ? [] : ["element of an input"]),
  ];
}

function contextFaults(elements: unknown): readonly string[] {
  if (!Array.isArray(elements) || elements.length < 1 || elements.length > 10) return ["context"];
  return elements.flatMap((one) => textFaults(one, "mrkdwn", 3_000));
}

function actionsFaults(elements: unknown): readonly string[] {
  if (!Array.isArray(elements) || elements.length < 1 || elements.length > 25) return ["actions"];
  const ids = new Set(elements.map((one) => record(one)["action_id"]));
  const twice = ids.size === elements.length ? [] : ["action_id twice"];
  return [...twice, ...elements.map(record).flatMap(elementFaults)];
}

function elementFaults(element: Record<string, unknown>): readonly string[] {
  if (element["type"] === "button") {
    const value = String(element["value"] ?? "");
    const style = element["style"];
    return [
      ...textFaults(element["text"], "plain_text", 75),
      ...(value.length > 2_000 ? ["button value"] : []),
      ...(style === undefined || style === "primary" || style === "danger" ? [] : ["style"]),
    ];
  }
  if (element["type"] !== "static_select") return [`element ${element["type"]}`];
  const options = Array.isArray(element["options"]) ? element["options"].map(record) : [];
  return [
    ...(options.length < 1 || options.length > 100 ? ["options"] : []),
    ...options.flatMap((option) => [
      ...textFaults(option["text"], "plain_text", 75),
      ...(String(option["value"]).length > 150 ? ["option value"] : []),
    ]),
  ];
}

/** All texts of blocks that Slack reads as mrkdwn. */
export function mrkdwnOf(blocks: unknown): string {
  if (!Array.isArray(blocks)) return "";
  return blocks
    .map(record)
    .flatMap((block) => [block["text"], ...listOf(block["elements"])])
    .map((text) => record(text))
    .filter((text) => text["type"] === "mrkdwn")
    .map((text) => String(text["text"]))
    .join("\n");
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Mentions that would reach somebody or be shown as one; dates are none. */
export function activeMentions(text: string): readonly string[] {
  return text.match(/<!(?!date\^)[^>]*>|<@[^>]*>|<#[^>]*>|@channel|@here|@everyone/g) ?? [];
}

/**
 * The links that stand under a label, with the label as it is shown. Slack reads these before all markup: neither a
 * backslash nor code takes their meaning away.
 */
export function linksOf(text: string): readonly ShownLink[] {
  return [...text.matchAll(/<([^@#!|>][^|>]*)\|([^>]*)>/g)].map(([, url = "", label = ""]) => ({
    url: unescaped(url),
    label: unescaped(label),
  }));
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Links whose label shows another host than the one they go to. */
export function maskedLinks(text: string): readonly ShownLink[] {
  return linksOf(text).filter(isMasked);
}
