import type { QueryFault, QueryField, QueryPlace, Weight, WordMode } from "./query-tree.ts";
import { nearestName } from "./spelling.ts";

/** Words that join; `near` with its distance and whether the order counts. */
export type Operator =
  | { readonly kind: "and" | "or" | "not" | "plus" }
  | { readonly kind: "near"; readonly words: number; readonly ordered: boolean };

/** The slots of a frame. */
export const SLOTS = ["WHO", "DOES", "WHAT", "WHERE"] as const;
export type Slot = (typeof SLOTS)[number];

/** One piece of a query. */
export type Lexeme = QueryPlace & {
  /** As it stands in the query. */
  readonly source: string;
  /** Whether it follows the piece before without a space. */
  readonly joined: boolean;
} & (
    | { readonly kind: "word"; readonly text: string; readonly mode: WordMode }
    | { readonly kind: "phrase"; readonly text: string }
    | { readonly kind: "group"; readonly name: string }
    | { readonly kind: "field"; readonly field: QueryField }
    | { readonly kind: "weight"; readonly weight: Weight }
    | { readonly kind: "operator"; readonly operator: Operator }
    | { readonly kind: "slot"; readonly slot: Slot }
    | { readonly kind: "open" | "close" | "end" }
  );

type Shape = Lexeme extends infer L
  ? L extends Lexeme
    ? Omit<L, keyof QueryPlace | "source" | "joined">
    : never
  : never;

/** What people call the fields elsewhere, too. */
const FIELDS: Readonly<Record<string, QueryField>> = {
  title: "title",
  intitle: "title",
  headline: "title",
  top: "top",
  lead: "lead",
  intro: "lead",
  body: "body",
  text: "body",
  intext: "body",
  source: "source",
  site: "source",
  outlet: "source",
  language: "language",
  lang: "language",
};

/** Names of the fields as the guide teaches them. */
const FIELD_NAMES = ["title", "lead", "top", "body", "source", "language"] as const;

/** Largest distance of NEAR: beyond it two words have nothing to do with one another. */
export const NEAR_WORDS_MAX = 100;
const NEAR_WORDS_USUAL = 10;
const SHARE_MAX = 10;
const POINTS_MAX = 100;

/** Takes a query apart. Faulty pieces are reported and left out. */
export function lex(text: string): { lexemes: readonly Lexeme[]; faults: readonly QueryFault[] } {
  const lexer = new Lexer(text);
  lexer.run();
  return { lexemes: lexer.lexemes, faults: lexer.faults };
}

/** Longest match first: each is tried where the last piece ended. */
const SPACE = /(?:[\s\u00a0]+|(?<=^|\s)#[^\n]*)+/y;
const PHRASE = /"([^"]*)"|“([^”"]*)[”"]|„([^“”"]*)[“”"]|«([^»]*)»/y;
const NEAR = /(NEAR|ONEAR|W|PRE|BEFORE|AROUND)(?:\/(\d+)|\((\d+)\))/iy;
const WEIGHT = /\^([+\-−]?)(\d+(?:\.\d+)?)/y;
const FIELD = /([\p{L}]+):(?=\S)/uy;
const GROUP = /@([\p{L}\p{N}_-]+)/uy;
const WORD = /(=?)([\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}_.'’ʼ&/-]*[\p{L}\p{N}\p{M}])?)(\*?)/uy;

/** What was read: a lexeme, a fault, or something that says nothing. */
type Piece =
  | { readonly source: string; readonly shape: Shape }
  | { readonly source: string; readonly what: string; readonly remedy: string }
  | { readonly source: string };

function piece(source: string, shape: Shape): Piece {
  return { source, shape };
}

function flaw(source: string, what: string, remedy: string): Piece {
  return { source, what, remedy };
}

class Lexer {
  readonly lexemes: Lexeme[] = [];
  readonly faults: QueryFault[] = [];
  readonly #text: string;
  #index = 0;
  #line = 1;
  #lineStart = 0;
  #spaced = true;

  constructor(text: string) {
    this.#text = text;
  }

  run(): void {
    for (;;) {
      this.#skipSpace();
      if (this.#index >= this.#text.length) break;
      this.#accept(this.#next());
      this.#spaced = false;
    }
    this.#accept(piece("", { kind: "end" }));
  }

  #skipSpace(): void {
    const space = this.#match(SPACE);
    if (space === null) return;
    this.#advance(space[0]);
    this.#spaced = true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#index;
    return pattern.exec(this.#text);
  }

  #place(): QueryPlace {
    return { line: this.#line, column: this.#index - this.#lineStart + 1 };
  }

  /** Notes a piece and goes on after it. */
  #accept(piece: Piece): void {
    const place = this.#place();
    if ("shape" in piece) {
      const { source, shape } = piece;
      this.lexemes.push({ ...shape, ...place, source, joined: !this.#spaced });
    } else if ("what" in piece) {
      this.faults.push({ ...place, what: piece.what, remedy: piece.remedy });
    }
    this.#advance(piece.source);
  }

  #advance(source: string): void {
    const from = this.#index;
    this.#index += source.length;
    for (let index = from; index < this.#index; index += 1) {
      if (this.#text[index] !== "\n") continue;
      this.#line += 1;
      this.#lineStart = index + 1;
    }
  }

  #next(): Piece {
    const character = this.#text[this.#index] ?? "";
    const phrase = this.#match(PHRASE);
    if (phrase !== null) return this.#phrase(phrase);
    if (/["“„«]/.test(character)) {
      const rest = this.#text.slice(this.#index);
      return flaw(rest, "a quotation mark is not closed", `write a second " after the phrase`);
    }
    const weight = this.#match(WEIGHT);
    if (weight !== null) return this.#weight(weight);
    const near = this.#match(NEAR);
    if (near !== null) return this.#near(near);
    const group = this.#match(GROUP);
    if (group !== null)
      return piece(group[0], { kind: "group", name: (group[1] ?? "").toLowerCase() });
    const field = this.#match(FIELD);
    if (field !== null) return this.#field(field);
    const word = this.#match(WORD);
    if (word !== null) return this.#word(word);
    return this.#symbol(character);
  }

  #phrase(match: RegExpExecArray): Piece {
    const text = (match[1] ?? match[2] ?? match[3] ?? match[4] ?? "").trim();
    if (!/[\p{L}\p{N}]/u.test(text)) {
      return flaw(
        match[0],
        "a phrase has no words",
        "write words between the quotation marks or remove them",
      );
    }
    return piece(match[0], { kind: "phrase", text });
  }

  #weight(match: RegExpExecArray): Piece {
    const amount = Number(match[2]);
    const sign = match[1] ?? "";
    if (sign === "") {
      if (amount <= 0 || amount > SHARE_MAX) {
        return flaw(
          match[0],
          `the weight ${match[0]} is out of range`,
          `write ^0.1 to ^${SHARE_MAX}, or ^-20 to take 20 points`,
        );
      }
      return piece(match[0], { kind: "weight", weight: { kind: "share", factor: amount } });
    }
    if (amount > POINTS_MAX) {
      return flaw(
        match[0],
        `${match[0]} gives or takes too many points`,
        `write at most ${POINTS_MAX}`,
      );
    }
    const points = sign === "+" ? amount : -amount;
    return piece(match[0], { kind: "weight", weight: { kind: "points", points } });
  }

  #near(match: RegExpExecArray): Piece {
    const name = (match[1] ?? "").toUpperCase();
    const words = Number(match[2] ?? match[3]);
    if (words > NEAR_WORDS_MAX) {
      return flaw(
        match[0],
        `${match[0]} reaches too far`,
        `write at most ${name}/${NEAR_WORDS_MAX}, or AND`,
      );
    }
    const ordered = name === "ONEAR" || name === "PRE" || name === "BEFORE";
    return piece(match[0], { kind: "operator", operator: { kind: "near", words, ordered } });
  }

  #field(match: RegExpExecArray): Piece {
    const name = (match[1] ?? "").toLowerCase();
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (field !== undefined) return piece(match[0], { kind: "field", field });
    const nearest = nearestName(name, FIELD_NAMES);
    const known =
      nearest === null ? `write one of ${FIELD_NAMES.join(", ")}` : `did you mean ${nearest}:?`;
    return flaw(
      match[0],
      `there is no field "${match[1]}"`,
      `${known}; or put the words in quotes`,
    );
  }

  #word(match: RegExpExecArray): Piece {
    const [source, exact, text = "", star] = match;
    const operator = exact === "" && star === "" ? operatorOf(text) : null;
    if (operator !== null) return piece(source, { kind: "operator", operator });
    const slot = SLOTS.find((name) => name === text);
    if (slot !== undefined && exact === "" && star === "")
      return piece(source, { kind: "slot", slot });
    if (star === "*" && text.length < PREFIX_CHARS_MIN) {
      return flaw(
        source,
        `${source} is too short for a *`,
        `write at least ${PREFIX_CHARS_MIN} letters before it`,
      );
    }
    const mode = star === "*" ? "prefix" : exact === "=" ? "exact" : "inflected";
    return piece(source, { kind: "word", text, mode });
  }

  #symbol(character: string): Piece {
    switch (character) {
      case "(":
      case ")":
        return piece(character, { kind: character === "(" ? "open" : "close" });
      case "|":
        return piece(this.#text.startsWith("||", this.#index) ? "||" : "|", {
          kind: "operator",
          operator: { kind: "or" },
        });
      case "&":
        return piece(this.#text.startsWith("&&", this.#index) ? "&&" : "&", {
          kind: "operator",
          operator: { kind: "and" },
        });
      case "-":
      case "−":
      case "!":
        return piece(character, { kind: "operator", operator: { kind: "not" } });
      case "+":
        return piece(character, { kind: "operator", operator: { kind: "plus" } });
      case ",":
      case ";":
      case ".":
        // People part words with commas; they say nothing more than the space after them.
        return { source: character };
      default:
        return this.#unknown(character);
    }
  }

  #unknown(character: string): Piece {
    const rest = /^\/(?:[^/\\\n]|\\.)+\/[a-z]*/.exec(this.#text.slice(this.#index));
    if (rest !== null) {
      return flaw(
        rest[0],
        "regular expressions are not understood",
        'write words, "phrases", prefix* or a NEAR/5 b',
      );
    }
    if (character === "*") {
      return flaw(
        "*",
        "a * stands alone or before a word",
        "put it after the beginning of a word, as in deploy*",
      );
    }
    const symbol = String.fromCodePoint(this.#text.codePointAt(this.#index) ?? 0);
    return flaw(
      symbol,
      `"${symbol}" means nothing in a query`,
      "remove it, or put the words in quotes",
    );
  }
}

/** Fewer letters would begin thousands of words. */
const PREFIX_CHARS_MIN = 3;

/** People write the joining words in either case; quotes make them ordinary words. */
function operatorOf(text: string): Operator | null {
  switch (text.toUpperCase()) {
    case "AND":
      return { kind: "and" };
    case "OR":
      return { kind: "or" };
    case "NOT":
      return { kind: "not" };
    case "NEAR":
      return text === "NEAR" ? { kind: "near", words: NEAR_WORDS_USUAL, ordered: false } : null;
    case "BEFORE":
      return text === "BEFORE" ? { kind: "near", words: NEAR_WORDS_USUAL, ordered: true } : null;
    default:
      return null;
  }
}
