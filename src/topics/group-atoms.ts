import { type Steps, toEnd } from "../feeds/steps.ts";
import type { Lexicon } from "./lexicon.ts";
import { groupsIn, type Query, type QueryFault } from "./query-tree.ts";
import { nearestName } from "./spelling.ts";
import { type ConceptGroup, groupKey } from "./topic-file.ts";

/** A fault for each group that a query names and nobody declared. */
export function unknownGroups(query: Query, groups: GroupAtoms): QueryFault[] {
  return [...groupsIn(query)].flatMap(([name, at]) => {
    if (groups.has(name)) return [];
    const nearest = nearestName(name, groups.names());
    const remedy =
      nearest === null
        ? "declare it in concepts/ or write the words themselves"
        : `did you mean @${nearest}?`;
    return [{ ...at, what: `there is no concept group @${name}`, remedy }];
  });
}

/** Gives a group its atom when a topic first asks for it. */
export class GroupAtoms {
  readonly #groups: ReadonlyMap<string, ConceptGroup>;
  readonly #lexicon: Lexicon;
  readonly #atoms = new Map<string, number>();

  constructor(groups: readonly ConceptGroup[], lexicon: Lexicon) {
    this.#groups = new Map(groups.map((group) => [groupKey(group.name), group]));
    this.#lexicon = lexicon;
  }

  has(name: string): boolean {
    return this.#groups.has(name);
  }

  names(): Iterable<string> {
    return this.#groups.keys();
  }

  /** Its name as its file writes it. */
  nameOf(key: string): string {
    return this.#groups.get(key)?.name ?? key;
  }

  atomOf(name: string): number {
    return toEnd(this.findingAtom(name));
  }

  /** As atomOf, a name of the group at a step: some have hundreds, and each has its forms. */
  *findingAtom(name: string): Steps<number> {
    const known = this.#atoms.get(name);
    if (known !== undefined) return known;
    const atom = this.#lexicon.newAtom();
    this.#atoms.set(name, atom);
    yield* this.#filling(name, atom, new Set());
    return atom;
  }

  *#filling(name: string, atom: number, seen: Set<string>): Steps<void> {
    const group = this.#groups.get(name);
    if (group === undefined || seen.has(name)) return;
    seen.add(name);
    for (const { words, mode, language } of group.aliases) {
      yield;
      const last = words.length - 1;
      const patterns = words.map(
        (word, index) =>
          ({
            word,
            mode: mode === "prefix" && index < last ? "inflected" : mode,
            language,
          }) as const,
      );
      this.#lexicon.add(patterns, atom);
    }
    for (const included of group.includes) yield* this.#filling(included, atom, seen);
  }
}
