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
/** Words from a frame to a year that dates it. */
const YEAR_WORDS = 3;
/** What each further sentence that says it adds, and at most. */
const ECHO_WORTH = 0.06;
const ECHO_WORTH_MAX = 0.18;

type Slot = keyof typeof SLOT_WORTH;
type Doubt = { readonly name: string; readonly span: Span; readonly factor: number };
type Telling = {
  readonly quality: number;
  readonly sentence: number;
  readonly worth: number;
  readonly roles: readonly (Role & { readonly slot: Slot })[];
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

/** One reason for all slots together, and one for each doubt. */
function evidenceOf({ roles, doubts, worth }: Telling, label: string, echo: number): Evidence {
  const parts: Part[] = [];
  let quality = 0;
  const add = (span: Span, concept: string, share: number): void => {
    parts.push({ start: span.start, end: span.end, concept, share });
    quality += share;
  };
  const [first] = roles;
  if (first !== undefined) {
    quality = worth * fitOf(roles);
    const { start, end } = roles.reduce<Span>(cover, first);
    parts.push({ start, end, concept: label, share: quality, keep: roles });
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
  const roles: (Role & { slot: Slot })[] = [
    { ...actor, slot: "who" },
    { ...does, fit: 1, slot: "does" },
  ];
  if (sentence.things !== null) {
    const thing = thingOf(sentence, context);
    if (thing === null) return null;
    roles.push({ ...thing, slot: "what" });
  }
  if (sentence.places !== null) {
    const place = placeOf(sentence, actor, context);
    if (place === null) return null;
    roles.push({ ...place, slot: "where" });
  }
  const doubts = doubtsOf(does, roles, context);
  const worth = context.worth(actor);
  const factor = doubts.reduce((product, one) => product * one.factor, 1);
  return {
    quality: worth * fitOf(roles) * factor,
    sentence: context.sentence(does),
    worth,
    roles,
    doubts,
  };
}

function fitOf(roles: Telling["roles"]): number {
  let fit = 0;
  let sum = 0;
  for (const role of roles) {
    fit += role.fit * SLOT_WORTH[role.slot];
    sum += SLOT_WORTH[role.slot];
  }
  return fit / sum;
}

/** What of the slots stands in the sentence of an action; null when something is missing. */
function sentenceOf(does: Span, slots: Slots, context: FrameContext): Sentence | null {
  const number = context.sentence(does);
  const inside = (spans: readonly Span[]): Span[] =>
    spans.filter((span) => context.sentence(span) === number);
  const apart = (spans: readonly Span[] | null): Span[] | null =>
    spans === null ? null : inside(spans).filter((span) => !overlaps(span, does));
  const who = inside(slots.who);
  const things = apart(slots.what);
  const places = apart(slots.where);
  if (who.length === 0 || things?.length === 0 || places?.length === 0) return null;
  const others = inside(slots.not).filter((span) => !who.some((one) => overlaps(one, span)));
  return { does, who, others, things, places };
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
  doubt("told again", retold ?? context.year(whole, YEAR_WORDS), RETOLD);
  return doubts;
}
