import type { Query } from "./query-tree.ts";

/** Alternatives of an OR that are named. */
const NAMED_MAX = 2;

/** Tells how a group's file writes its name. */
export type GroupNames = { nameOf(key: string): string };

/** What a query looks for in words that people read beside a passage: "Russia deploys forces abroad". */
export function labelOf(query: Query, groups: GroupNames): string {
  const label = (one: Query): string => labelOf(one, groups);
  switch (query.kind) {
    case "word":
      return query.mode === "prefix" ? `${query.text}*` : query.text;
    case "phrase":
      return `"${query.text}"`;
    case "group":
      return groups.nameOf(query.name).replaceAll("-", " ");
    case "any":
      return alternatives(query.of.map(label));
    case "near":
      return nearLabel(query, label);
    case "all":
      return listed(query.of.map(label));
    case "frame":
      return frameLabel(query, label);
  }
}

/** Where something goes that needs no "in" before it. */
const ADVERBS = new Set(["abroad", "overseas"]);

/** "Russia deploys forces abroad", "Russia deploys forces in Ukraine". */
function frameLabel(
  { who, does, what, where }: Query & { kind: "frame" },
  label: (query: Query) => string,
): string {
  const said = [who, does, what].flatMap((one) => (one === null ? [] : [label(one)]));
  if (where !== null) {
    const place = label(where);
    said.push(ADVERBS.has(place) ? place : `in ${place}`);
  }
  return capitalised(said.join(" "));
}

/** However NEAR is built, it asks for a few things close together; which comes first is of no interest. */
function nearLabel(query: Query & { kind: "near" }, label: (query: Query) => string): string {
  const things = thingsOf(query, label);
  const [first = "", second = ""] = things;
  return things.length === 2 ? `${first} near ${second}` : listed(things);
}

/** The distinct things that a NEAR joins. Alternatives that only change the order are one. */
function thingsOf(query: Query, label: (query: Query) => string): readonly string[] {
  const things = (one: Query): readonly string[] => thingsOf(one, label);
  if (query.kind === "near") return [...new Set(query.of.flatMap(things))];
  if (query.kind !== "any") return [label(query)];
  const [first = [], ...others] = query.of.map(things);
  const same = others.every(
    (other) => other.length === first.length && other.every((one) => first.includes(one)),
  );
  return same ? first : [label(query)];
}

function alternatives(labels: readonly string[]): string {
  const named = labels.slice(0, NAMED_MAX).join(" or ");
  return labels.length > NAMED_MAX ? `${named} or …` : named;
}

function listed(labels: readonly string[]): string {
  const last = labels.at(-1) ?? "";
  return labels.length < 2 ? last : `${labels.slice(0, -1).join(", ")} and ${last}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
