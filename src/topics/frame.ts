import type { Cues } from "./cues.ts";
import type { DocumentReading, Span } from "./document-reading.ts";
import type { Evidence, Part } from "./evidence.ts";
import { cover, FrameContext, overlaps } from "./frame-context.ts";
import { actorOf, OTHER_ACTOR, placeOf, type Role, type Sentence, thingOf } from "./frame-roles.ts";

/** Where the fillers of a frame stand. Null: the slot was not asked for. */
export type Slots = {
  readonly who: readonly Span[];
  readonly not: readonly Span[];
  readonly does: readonly Span[];
  readonly what: readonly Span[] | null;
  readonly where: readonly Span[] | null;
};

/** What each slot counts; who acts decides more than anything. Slots that were not asked for are left out. */
const SLOT_WORTH = { who: 0.4, does: 0.2, what: 0.2, where: 0.2 };
/** What is left of a frame when somebody else acts, it is denied, possible or retold. */
const OTHER_ACTS = 0.5;
const DENIED = 0.6;
const POSSIBLE = 0.9;
const RETOLD = 0.55;
/** What is left of one that the text gives as the reason for its news. */
const BACKGROUND = 0.65;
/** Words from a frame to a year that dates it. */
const YEAR_WORDS = 3;
/** What each further sentence that says it adds, and at most. */
const ECHO_WORTH = 0.06;
const ECHO_WORTH_MAX = 0.18;

type Slot = keyof typeof SLOT_WORTH;
/** `beside`: it stands in another sentence than the action. */
type Filler = Role & { readonly slot: Slot; readonly beside: boolean };
type Doubt = { readonly name: string; readonly span: Span; readonly factor: number };
type Telling = {
  readonly quality: number;
  readonly sentence: number;
  readonly worth: number;
  readonly roles: readonly Filler[];
  readonly doubts: readonly Doubt[];
};

/** Finds the sentence that tells the frame best; null when none tells it. `label`: what the frame says, in words. */
export function evaluateFrame(
  slots: Slots,
  label: string,
  reading: DocumentReading,
  cues: Cues,
): Evidence | null {
  const context = new FrameContext(reading, cues);
  let best: Telling | null = null;
  const bySentence = new Map<number, number>();
  for (const does of slots.does) {
    const telling = tellingOf(does, slots, context);
    if (telling === null) continue;
    const before = bySentence.get(telling.sentence) ?? 0;
    bySentence.set(telling.sentence, Math.max(telling.quality, before));
    if (best === null || telling.quality > best.quality) best = telling;
  }
  if (best === null) return null;
  const floor = best.quality / 2;
  const echoes = [...bySentence.values()].filter((quality) => quality >= floor).length - 1;
  return evidenceOf(best, label, Math.min(ECHO_WORTH_MAX, echoes * ECHO_WORTH));
}

/** One reason for the slots of the sentence, and one for each doubt and for what another sentence names. */
function evidenceOf({ roles, doubts, worth }: Telling, label: string, echo: number): Evidence {
  const parts: Part[] = [];
  let quality = 0;
  const add = (span: Span, concept: string, share: number): void => {
    parts.push({ start: span.start, end: span.end, concept, share });
    quality += share;
  };
  const told = roles.filter(({ beside }) => !beside);
  const [first] = told;
  if (first !== undefined) {
    quality = worth * fitOf(roles);
    const named = roles.filter(({ beside }) => beside);
    const shares = named.map((role) => worth * shareOf(role, roles));
    const share = shares.reduce((rest, one) => rest - one, quality);
    const { start, end } = told.reduce<Span>(cover, first);
    parts.push({ start, end, concept: label, share, keep: told });
    for (const [index, { start: from, end: to }] of named.entries()) {
      const of = shares[index] ?? 0;
      parts.push({ start: from, end: to, concept: "named beside it", share: of });
    }
  }
  for (const { name, span, factor } of doubts) add(span, name, quality * (factor - 1));
  if (echo > 0 && first !== undefined) {
    add(first, "told in several sentences", Math.min(echo, Math.max(0, 1 - quality)));
  }
  return { quality, parts };
}

function tellingOf(does: Span, slots: Slots, context: FrameContext): Telling | null {
  const sentence = sentenceOf(does, slots, context);
  if (sentence === null) return null;
  const actor = actorOf(sentence, context);
  if (actor === null) return null;
  const number = context.sentence(does);
  const filler = (role: Role, slot: Slot): Filler => {
    return { ...role, slot, beside: context.sentence(role) !== number };
  };
  const roles = [filler(actor, "who"), filler({ ...does, fit: 1 }, "does")];
  if (sentence.things !== null) {
    const thing = thingOf(sentence, context);
    if (thing === null) return null;
    roles.push(filler(thing, "what"));
  }
  if (sentence.places !== null) {
    const place = placeOf(sentence, actor, context);
    if (place === null) return null;
    roles.push(filler(place, "where"));
  }
  const told = roles.filter(({ beside }) => !beside);
  const doubts = doubtsOf(does, told, context);
  const worth = Math.min(context.worth(actor), context.worth(does));
  const factor = doubts.reduce((product, one) => product * one.factor, 1);
  return {
    quality: worth * fitOf(roles) * factor,
    sentence: number,
    worth,
    roles,
    doubts,
  };
}

function fitOf(roles: Telling["roles"]): number {
  return roles.reduce((fit, role) => fit + shareOf(role, roles), 0);
}

/** What one filler gives of the fit of all. */
function shareOf({ fit, slot }: Filler, roles: Telling["roles"]): number {
  const sum = roles.reduce((total, role) => total + SLOT_WORTH[role.slot], 0);
  return (fit * SLOT_WORTH[slot]) / sum;
}

/** What of the slots stands in the sentence of an action; null when something is missing. */
function sentenceOf(does: Span, slots: Slots, context: FrameContext): Sentence | null {
  const number = context.sentence(does);
  const inside = (spans: readonly Span[]): Span[] =>
    spans.filter((span) => context.sentence(span) === number);
  const apart = (spans: readonly Span[] | null): Span[] | null =>
    spans === null ? null : inside(spans).filter((span) => !overlaps(span, does));
  const who = inside(slots.who).filter((span) => context.isItself(span));
  const things = apart(slots.what);
  const places = apart(slots.where);
  if (things?.length === 0) return null;
  const others = inside(slots.not).filter((span) => !who.some((one) => overlaps(one, span)));
  const sentence = { does, who, others, things, places };
  const isComplete = who.length > 0 && places?.length !== 0;
  return isComplete ? sentence : completed(sentence, slots, context);
}

/** Headline and lead tell one thing together: either may name who acts, and where, for the other. */
function completed(sentence: Sentence, slots: Slots, context: FrameContext): Sentence | null {
  const { does, who, others, places } = sentence;
  const atTop = (spans: readonly Span[]): Span[] => spans.filter((span) => context.atTop(span));
  if (!context.atTop(does)) return null;
  if (who.length === 0 && others.some((one) => mayAct(one, sentence, context))) return null;
  const actors = who.length > 0 ? who : atTop(slots.who).filter((span) => context.isItself(span));
  // A name that could act is in much news without being where something goes.
  const free = (slots.where ?? []).filter((span) => !slots.not.some((one) => overlaps(one, span)));
  const goals = places?.length === 0 ? atTop(free) : places;
  return actors.length === 0 || goals?.length === 0
    ? null
    : { ...sentence, who: actors, places: goals };
}

/** Not where it only tells what came, or where: "NATO reports columns of tanks entering Ukraine". */
function mayAct(other: Span, { does, things, places }: Sentence, context: FrameContext): boolean {
  if (!context.acts(other)) return false;
  const isGoal = places?.some((place) => overlaps(place, other)) ?? false;
  if (isGoal && other.start > does.end) return false;
  const tellsOf = things?.some(({ start, end }) => start > other.end && end < does.start) ?? false;
  return !tellsOf || !context.speaks(other);
}

function doubtsOf(does: Span, roles: Telling["roles"], context: FrameContext): Doubt[] {
  const doubts: Doubt[] = [];
  const doubt = (name: string, span: Span | null, factor: number): void => {
    if (span !== null) doubts.push({ name, span, factor });
  };
  const other = roles.find(({ slot, fit }) => slot !== "where" && fit <= OTHER_ACTOR) ?? null;
  doubt("somebody else acts", other, OTHER_ACTS);
  doubt("denied", context.before("negation", does, 3), DENIED);
  doubt("only possible", context.before("possibility", does, 4), POSSIBLE);
  const whole = roles.reduce<Span>(cover, does);
  const retold = context.before("retold", whole, 3) ?? context.before("retold", does, 2);
  const actor = roles.find(({ slot }) => slot === "who");
  const named = actor !== undefined && actor.end < does.start ? actor : whole;
  const reason = context.inTitle(whole)
    ? null
    : (context.before("background", whole, 2) ?? context.before("background", named, 1));
  doubt("told as the reason", reason, BACKGROUND);
  doubt("told again", retold ?? context.year(whole, YEAR_WORDS), RETOLD);
  return doubts;
}
