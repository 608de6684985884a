import { ANY, FIELD_ATOM, type Node, type Program } from "./program.ts";

/** Atoms of which a matching document has at least one. */
export type AtomSet = { readonly atoms: readonly number[]; readonly cost: number };

/**
 * Sets of atoms, of each of which a matching document has at least one: what can be checked before anything else.
 * Those come first that will be met most rarely. Empty: nothing can be said.
 */
export function requirementsOf(node: Node, program: Program): readonly AtomSet[] {
  if (node >= 0) return [setOf([node], program)];
  const at = ~node;
  switch (program.kindAt(at)) {
    case FIELD_ATOM:
      return [setOf([program.at(at + 1)], program)];
    case ANY:
      return requirementsOfAny(node, program);
    default:
      return program
        .partsOf(node)
        .flatMap((part) => requirementsOf(part, program))
        .sort((left, right) => left.cost - right.cost);
  }
}

function requirementsOfAny(node: Node, program: Program): readonly AtomSet[] {
  const union = new Set<number>();
  for (const part of program.partsOf(node)) {
    const [rarest] = requirementsOf(part, program);
    if (rarest === undefined) return [];
    for (const atom of rarest.atoms) union.add(atom);
  }
  return [setOf([...union], program)];
}

/** What few topics name is seldom met. */
function setOf(atoms: readonly number[], program: Program): AtomSet {
  return { atoms, cost: atoms.reduce((sum, atom) => sum + program.asked(atom), 0) };
}
