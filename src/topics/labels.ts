import type { Query } from "./query-tree.ts";

/** Alternatives of an OR that are named. */
const NAMED_MAX = 2;

/** What a query looks for in words that people read beside a passage: "Russia deploys forces abroad". */
export function labelOf(query: Query): string {
  switch (query.kind) {
    case "word":
      return query.mode === "prefix" ? `${query.text}*` : query.text;
    case "phrase":
      return `"${query.text}"`;
    case "group":
      return query.name.replaceAll("-", " ");
    case "any":
      return alternatives(query.of.map(labelOf));
    case "near":
      return nearLabel(query);
    case "all":
      return listed(query.of.map(labelOf));
    case "frame":
      return frameLabel(query);
  }
}

/** Where something goes that needs no "in" before it. */
const ADVERBS = new Set(["abroad", "overseas"]);

/** "Russia deploys forces abroad", "Russia deploys forces in ukraine". */
function frameLabel({ who, does, what, where }: Query & { kind: "frame" }): string {
  const said = [who, does, what].flatMap((one) => (one === null ? [] : [labelOf(one)]));
  if (where !== null) {
    const place = labelOf(where);
    said.push(ADVERBS.has(place) ? place : `in ${place}`);
  }
  return capitalised(said.join(" "));
}

/** However NEAR is built, it asks for a few things close together; which comes first is of no interest. */
function nearLabel(query: Query & { kind: "near" }): string {
  const things = thingsOf(query);
  const [first = "", second = ""] = things;
  return things.length === 2 ? `${first} near ${second}` : listed(things);
}

/** The distinct things that a NEAR joins. Alternatives that only change the order are one. */
function thingsOf(query: Query): readonly string[] {
  if (query.kind === "near") return [...new Set(query.of.flatMap(thingsOf))];
  if (query.kind !== "any") return [labelOf(query)];
  const [first = [], ...others] = query.of.map(thingsOf);
  const same = others.every(
    (other) => other.length === first.length && other.every((one) => first.includes(one)),
  );
  return same ? first : [labelOf(query)];
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
