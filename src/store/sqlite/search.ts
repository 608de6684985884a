import type { Narrowing } from "../../topics/topic.ts";

/** What a narrowing comes to: every item, none, or an expression for the search index. */
export type SearchExpression =
  | { readonly kind: "every" }
  | { readonly kind: "none" }
  | { readonly kind: "match"; readonly text: string };

/** FTS5's parser takes about a hundred open parentheses; deeper parts are left to the caller. */
const DEPTH_MAX = 20;

/** The terms in a text made of terms; the index is told that only a space separates them. */
export function archiveTerms(text: string): readonly string[] {
  return text
    .toWellFormed()
    .split(/[\s\0]+/u)
    .filter((term) => term !== "");
}

/** Puts a narrowing into FTS5's language. Every term is quoted, so no text can break out or throw. */
export function searchExpression(narrowing: Narrowing, depth = 0): SearchExpression {
  if (depth > DEPTH_MAX) return { kind: "every" };
  switch (narrowing.kind) {
    case "word":
      return wordExpression(narrowing);
    case "all":
      return joined(
        narrowing.of.map((part) => searchExpression(part, depth + 1)),
        { word: "AND", neutral: "every", absorbing: "none" },
      );
    case "any":
      return joined(
        narrowing.of.map((part) => searchExpression(part, depth + 1)),
        { word: "OR", neutral: "none", absorbing: "every" },
      );
  }
}

function wordExpression(word: Narrowing & { kind: "word" }): SearchExpression {
  const terms = archiveTerms(word.text);
  if (terms.length === 0) return { kind: "every" };
  const quoted = terms.map((term, place) => {
    const isPrefix = word.prefix && place === terms.length - 1;
    return `${word.column} : "${term.replaceAll('"', '""')}"${isPrefix ? " *" : ""}`;
  });
  return {
    kind: "match",
    text: quoted.length === 1 ? quoted.join("") : `(${quoted.join(" AND ")})`,
  };
}

function joined(
  parts: readonly SearchExpression[],
  rule: { readonly word: string; readonly neutral: string; readonly absorbing: "every" | "none" },
): SearchExpression {
  if (parts.some((part) => part.kind === rule.absorbing)) return { kind: rule.absorbing };
  const texts = parts.flatMap((part) => (part.kind === "match" ? [part.text] : []));
  if (texts.length === 0) return { kind: rule.absorbing === "none" ? "every" : "none" };
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) return { kind: "match", text: only };
  return { kind: "match", text: `(${texts.join(` ${rule.word} `)})` };
}
