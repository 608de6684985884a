import { wordsOf } from "./analyse.ts";
import { type Lexeme, lex, SLOTS, type Slot } from "./query-lexer.ts";
import {
  isSpan,
  type Query,
  type QueryFault,
  type QueryField,
  type QueryPlace,
} from "./query-tree.ts";

/** Longest query, in UTF-16 units, and deepest nesting: far beyond what anyone maintains by hand. */
const QUERY_CHARS_MAX = 20_000;
const DEPTH_MAX = 40;

/** Reads a query. With a fault, `query` is null and every fault names its line and column. */
export function parseQuery(text: string): { query: Query | null; faults: readonly QueryFault[] } {
  if (text.length > QUERY_CHARS_MAX) {
    const what = `the query has more than ${QUERY_CHARS_MAX} characters`;
    return {
      query: null,
      faults: [{ line: 1, column: 1, what, remedy: "move word lists into concept groups" }],
    };
  }
  const { lexemes, faults } = lex(text);
  if (faults.length > 0) return { query: null, faults };
  const parser = new Parser(lexemes);
  const query = parser.parse();
  return parser.faults.length > 0 ? { query: null, faults: parser.faults } : { query, faults: [] };
}

type Slots = Map<Slot | "NOT", Query>;
type Join = { readonly of: readonly Query[]; readonly none: readonly Query[] };

/**
 * From loosest to tightest: space, OR, AND, NEAR. So `venezuela talks OR dialogue` asks for Venezuela and one of
 * the two, as in a search engine, while `a AND b OR c` keeps what libraries and databases understand by it.
 */
class Parser {
  readonly faults: QueryFault[] = [];
  readonly #lexemes: readonly Lexeme[];
  #index = 0;
  #depth = 0;

  constructor(lexemes: readonly Lexeme[]) {
    this.#lexemes = lexemes;
  }

  parse(): Query | null {
    const first = this.#peek();
    if (first.kind === "end") {
      this.#fault(first, "the query is empty", "write at least one word");
      return null;
    }
    const query = this.#loose(null);
    const rest = this.#peek();
    if (this.faults.length > 0) return null;
    if (rest.kind === "close")
      this.#fault(rest, "a ) has no (", "remove it, or write the ( that it closes");
    else if (rest.kind !== "end")
      this.#fault(rest, `"${rest.source}" is not expected here`, "remove it");
    return query;
  }

  #peek(): Lexeme {
    const lexeme = this.#lexemes[this.#index] ?? this.#lexemes.at(-1);
    if (lexeme === undefined) throw new Error("a query without an end");
    return lexeme;
  }

  #take(): Lexeme {
    const lexeme = this.#peek();
    if (lexeme.kind !== "end") this.#index += 1;
    return lexeme;
  }

  #fault(place: QueryPlace, what: string, remedy: string): void {
    this.faults.push({ line: place.line, column: place.column, what, remedy });
  }

  #operator(kind: string): boolean {
    const lexeme = this.#peek();
    return lexeme.kind === "operator" && lexeme.operator.kind === kind;
  }

  #ends(): boolean {
    const { kind } = this.#peek();
    return kind === "end" || kind === "close";
  }

  #loose(field: QueryField): Query | null {
    const at = this.#peek();
    const of: Query[] = [];
    const none: Query[] = [];
    while (!this.#ends() && this.faults.length === 0) {
      if (this.#operator("not")) none.push(...this.#negated(field));
      else {
        const query = this.#or(field);
        if (query !== null) of.push(query);
      }
    }
    return this.#all({ of, none }, at);
  }

  #negated(field: QueryField): Query[] {
    const sign = this.#take();
    const operand = this.#near(field);
    if (operand === null) {
      if (this.faults.length === 0)
        this.#fault(sign, `nothing follows ${sign.source}`, "write what must not be there");
      return [];
    }
    return [operand];
  }

  #all({ of, none }: Join, at: QueryPlace): Query | null {
    if (this.faults.length > 0) return null;
    if (of.every((one) => one.weight?.kind === "points")) {
      const what =
        none.length > 0
          ? "the query only says what must not be there"
          : "nothing here is needed for a match";
      this.#fault(at, what, "add a word, phrase or group that must be there");
      return null;
    }
    const [only] = of;
    if (only !== undefined && of.length === 1 && none.length === 0) return only;
    return { kind: "all", of, none, weight: null, at: placeOf(at) };
  }

  #or(field: QueryField): Query | null {
    const at = this.#peek();
    const first = this.#and(field);
    if (first === null || !this.#operator("or")) return first;
    const of = [first];
    while (this.#operator("or")) {
      const sign = this.#take();
      const next = this.#operand(() => this.#and(field), sign);
      if (next === null) return null;
      of.push(next);
    }
    return { kind: "any", of, weight: null, at: placeOf(at) };
  }

  #and(field: QueryField): Query | null {
    const at = this.#peek();
    const first = this.#near(field);
    if (first === null || !this.#operator("and")) return first;
    const of = [first];
    const none: Query[] = [];
    while (this.#operator("and")) {
      const sign = this.#take();
      if (this.#operator("not")) none.push(...this.#negated(field));
      else {
        const next = this.#operand(() => this.#near(field), sign);
        if (next === null) return null;
        of.push(next);
      }
    }
    return this.#all({ of, none }, at);
  }

  /** What follows a joining word; a fault when nothing does. */
  #operand(read: () => Query | null, sign: Lexeme): Query | null {
    const missing = this.#ends() || this.#operator("and") || this.#operator("or");
    const query = missing ? null : read();
    if (query === null && this.faults.length === 0) {
      this.#fault(sign, `nothing follows ${sign.source}`, "write a word after it or remove it");
    }
    return query;
  }

  #near(field: QueryField): Query | null {
    let left = this.#unary(field);
    while (left !== null) {
      const sign = this.#peek();
      if (sign.kind !== "operator" || sign.operator.kind !== "near") return left;
      this.#take();
      const right = this.#operand(() => this.#unary(field), sign);
      if (right === null || !this.#joinable([left, right], sign)) return null;
      const { words, ordered } = sign.operator;
      left = { kind: "near", of: [left, right], words, ordered, weight: null, at: placeOf(sign) };
    }
    return left;
  }

  #joinable(operands: readonly Query[], sign: Lexeme): boolean {
    if (operands.every(isSpan)) return true;
    const remedy = "join words, phrases, groups, or OR of them in parentheses";
    this.#fault(sign, `${sign.source} cannot join what AND or a frame makes`, remedy);
    return false;
  }

  #unary(field: QueryField): Query | null {
    if (this.#operator("plus")) this.#take();
    const lexeme = this.#peek();
    if (lexeme.kind === "slot") return this.#frame(field);
    const primary = this.#primary(field);
    return primary === null ? null : this.#weighted(primary);
  }

  #weighted(query: Query): Query {
    const next = this.#peek();
    if (next.kind !== "weight") return query;
    this.#take();
    return { ...query, weight: next.weight };
  }

  #primary(field: QueryField): Query | null {
    const lexeme = this.#take();
    const at = placeOf(lexeme);
    switch (lexeme.kind) {
      case "word":
        return word(lexeme.text, lexeme.mode, field, at);
      case "phrase":
        return phrase(lexeme.text, field, at);
      case "group":
        return { kind: "group", name: lexeme.name, field, weight: null, at };
      case "field":
        return this.#ends() ? this.#unexpected(lexeme) : this.#primary(lexeme.field);
      case "open":
        return this.#parentheses(lexeme, field);
      case "weight":
        return this.#misplacedWeight(lexeme);
      case "operator":
      case "slot":
      case "close":
      case "end":
        return this.#unexpected(lexeme);
    }
  }

  #misplacedWeight(lexeme: Lexeme): null {
    this.#fault(
      lexeme,
      `the weight ${lexeme.source} follows nothing`,
      "put it directly after a word, group or parenthesis",
    );
    return null;
  }

  #unexpected(lexeme: Lexeme): null {
    if (this.faults.length > 0) return null;
    if (lexeme.kind === "end")
      this.#fault(lexeme, "the query ends too early", "write what is still missing");
    else
      this.#fault(
        lexeme,
        `"${lexeme.source}" is not expected here`,
        `put a word before and after it, or quote it: "${lexeme.source}"`,
      );
    return null;
  }

  #parentheses(open: Lexeme, field: QueryField): Query | null {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      this.#fault(
        open,
        `parentheses are nested deeper than ${DEPTH_MAX}`,
        "move parts into concept groups",
      );
      return null;
    }
    if (this.#peek().kind === "close") {
      this.#fault(open, "the parentheses are empty", "write something inside or remove them");
      return null;
    }
    const inner = this.#loose(field);
    this.#depth -= 1;
    if (inner === null) return null;
    if (this.#peek().kind !== "close") {
      this.#fault(open, "a ( is not closed", "write the ) that belongs to it");
      return null;
    }
    this.#take();
    return inner;
  }

  /** WHO a NOT b DOES c WHAT d WHERE e, in this order; WHO and DOES are needed. */
  #frame(field: QueryField): Query | null {
    const at = this.#peek();
    const slots: Slots = new Map();
    let next = this.#peek();
    while (next.kind === "slot" && !(slots.size > 0 && next.slot === "WHO")) {
      if (!this.#fill(next.slot, slots, field)) return null;
      const excludes = next.slot === "WHO" && this.#operator("not");
      if (excludes && !this.#fill("NOT", slots, field)) return null;
      next = this.#peek();
    }
    const who = slots.get("WHO");
    const does = slots.get("DOES");
    if (who === undefined || does === undefined) return this.#incomplete(at, who === undefined);
    const not = slots.get("NOT") ?? null;
    const what = slots.get("WHAT") ?? null;
    const where = slots.get("WHERE") ?? null;
    return { kind: "frame", who, not, does, what, where, weight: null, at: placeOf(at) };
  }

  #incomplete(at: QueryPlace, nobody: boolean): null {
    const remedy = `write it as ${SLOTS.join(" … ")} …; WHO and DOES are needed`;
    this.#fault(at, `a frame has no ${nobody ? "WHO" : "DOES"}`, remedy);
    return null;
  }

  /** Reads a slot's name and what fills it; false with a fault. */
  #fill(slot: Slot | "NOT", slots: Slots, field: QueryField): boolean {
    const sign = this.#take();
    if (slots.has(slot)) {
      this.#fault(sign, `${slot} stands twice in one frame`, "join both with OR in parentheses");
      return false;
    }
    const filler = this.#slot(sign, field);
    if (filler !== null) slots.set(slot, filler);
    return filler !== null;
  }

  #slot(sign: Lexeme, field: QueryField): Query | null {
    const filler = this.#ends() ? null : this.#primary(field);
    if (filler === null) {
      if (this.faults.length === 0)
        this.#fault(
          sign,
          `nothing follows ${sign.source}`,
          "write a word, group or parentheses after it",
        );
      return null;
    }
    if (isSpan(filler)) return filler;
    this.#fault(
      sign,
      `${sign.source} cannot be filled by what AND makes`,
      "use a word, phrase, group, or OR of them in parentheses",
    );
    return null;
  }
}

function placeOf({ line, column }: QueryPlace): QueryPlace {
  return { line, column };
}

/** A typed word may be several to the tokeniser: Il-76, Reuters.com. Then it is a phrase. */
function word(
  text: string,
  mode: "inflected" | "exact" | "prefix",
  field: QueryField,
  at: QueryPlace,
): Query {
  return mode !== "prefix" && wordsOf(text).length > 1
    ? { kind: "phrase", text, field, weight: null, at }
    : { kind: "word", text, mode, field, weight: null, at };
}

/** One word in quotes is that word without its inflections. */
function phrase(text: string, field: QueryField, at: QueryPlace): Query {
  return wordsOf(text).length > 1
    ? { kind: "phrase", text, field, weight: null, at }
    : { kind: "word", text, mode: "exact", field, weight: null, at };
}
