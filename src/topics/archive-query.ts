import { addCues } from "./cues.ts";
import { DocumentReading } from "./document-reading.ts";
import { Evaluator } from "./evaluate.ts";
import type { Part } from "./evidence.ts";
import { GroupAtoms, unknownGroups } from "./group-atoms.ts";
import { Lexicon } from "./lexicon.ts";
import { narrowingIn } from "./narrowing.ts";
import { planOf } from "./plan.ts";
import { Program } from "./program.ts";
import { parseQuery } from "./query.ts";
import { EVEN } from "./rarity.ts";
import type { MatchDocument, Narrowing } from "./topic.ts";
import type { ConceptGroup } from "./topic-file.ts";

/** A search of the archive, ready to be put to items. */
export type ArchiveSearch = {
  /** A condition on the output of archiveTerms that every hit fulfils; null: none can be given. */
  readonly narrow: Narrowing | null;
  /** Whether an item is a hit, how good (above 0, to 100), and a passage around what was found. */
  matches(document: MatchDocument): { readonly score: number; readonly snippet: string } | null;
};

/** Compiles a search in the language of the topics. A faulty one gives a sentence that says where and how to mend it. */
export function compileSearch(
  text: string,
  groups: readonly ConceptGroup[] = [],
): { search: ArchiveSearch | null; fault: string | null } {
  const { query, faults } = parseQuery(text);
  const lexicon = new Lexicon();
  const groupAtoms = new GroupAtoms(groups, lexicon);
  const [fault] = query === null ? faults : unknownGroups(query, groupAtoms);
  if (query === null || fault !== undefined) {
    const {
      line = 1,
      column = 1,
      what = "the query is empty",
      remedy = "write a word",
    } = fault ?? {};
    return { search: null, fault: `line ${line}, column ${column}: ${what}: ${remedy}` };
  }
  const program = new Program();
  const node = program.add(planOf(query, { lexicon, groups: groupAtoms, rarity: EVEN }));
  program.seal();
  const cues = addCues(lexicon);
  const reading = new DocumentReading(lexicon);
  const evaluator = new Evaluator(program, reading, cues);
  const matches: ArchiveSearch["matches"] = (document) => {
    reading.read(document);
    const quality = evaluator.evaluate(node);
    if (quality === null || quality <= 0) return null;
    const score = Math.min(100, Math.round(quality * 10_000) / 100);
    return { score, snippet: snippetOf(evaluator.parts, reading) };
  };
  return {
    search: { narrow: narrowingIn(query, groups), matches },
    fault: null,
  };
}

/** Words of context on both sides of a find. */
const SNIPPET_WORDS = 12;

function snippetOf(parts: readonly Part[], reading: DocumentReading): string {
  const inText = parts.filter(({ start }) => start >= reading.titleEnd && start < reading.bodyEnd);
  const best = [...(inText.length > 0 ? inText : parts)].sort(
    (left, right) => right.share - left.share,
  )[0];
  if (best === undefined) return "";
  const inTitle = best.start < reading.titleEnd;
  const first = inTitle ? 0 : best.start < reading.bodyEnd ? reading.titleEnd : reading.bodyEnd;
  const last = inTitle
    ? reading.titleEnd
    : best.start < reading.bodyEnd
      ? reading.bodyEnd
      : reading.sourceEnd;
  const start = Math.max(first, best.start - SNIPPET_WORDS);
  const end = Math.max(best.end, Math.min(last - 1, best.end + SNIPPET_WORDS));
  const quote = reading.quote(start, end);
  return `${start > first ? "… " : ""}${quote}${end < last - 1 ? " …" : ""}`;
}
