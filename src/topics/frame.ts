import type { CueKind, Cues } from "./cues.ts";
import type { DocumentReading, Span } from "./document-reading.ts";
import { type Evidence, type Part, worthOf } from "./evidence.ts";

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
/** Words that actor, thing and place may be away from the action. */
const ACTOR_WORDS = 14;
const THING_WORDS = 12;
const PLACE_WORDS = 20;
/** What is left of a frame when somebody else stands between actor and action, it is denied, possible or retold. */
const OTHER_ACTOR = 0.3;
const DENIED = 0.6;
const POSSIBLE = 0.9;
const RETOLD = 0.55;
const OTHER_ACTS = 0.5;
/** What a comma, colon or dash between actor and action takes. */
const CLAUSE_COST = 0.08;
/** What each further sentence that says it adds, and at most. */
const ECHO_WORTH = 0.06;
const ECHO_WORTH_MAX = 0.18;

type Role = Span & { readonly fit: number };
type Reading = {
  readonly quality: number;
  readonly sentence: number;
  readonly roles: readonly (Role & { readonly slot: keyof typeof SLOT_WORTH })[];
  readonly context: readonly {
    readonly name: string;
    readonly span: Span;
    readonly factor: number;
  }[];
};

/** Finds the sentence that tells the frame best; null when none tells it. */
export function evaluateFrame(slots: Slots, reading: DocumentReading, cues: Cues): Evidence | null {
  const context = new Context(reading, cues);
  let best: Reading | null = null;
  const bySentence = new Map<number, number>();
  for (const does of slots.does) {
    const read = readFrame(does, slots, context);
    if (read === null) continue;
    bySentence.set(read.sentence, Math.max(read.quality, bySentence.get(read.sentence) ?? 0));
    if (best === null || read.quality > best.quality) best = read;
  }
  if (best === null) return null;
  const floor = best.quality / 2;
  const echoes = [...bySentence.values()].filter((quality) => quality >= floor).length - 1;
  return evidenceOf(best, Math.min(ECHO_WORTH_MAX, echoes * ECHO_WORTH), reading);
}

function evidenceOf(best: Reading, echo: number, reading: DocumentReading): Evidence {
  const anchor = best.roles[0]?.start ?? 0;
  const worth = worthOf(anchor, reading);
  const parts: Part[] = [];
  const sum = best.roles.reduce((total, role) => total + SLOT_WORTH[role.slot], 0);
  let quality = 0;
  for (const role of best.roles) {
    const share = (worth * role.fit * SLOT_WORTH[role.slot]) / sum;
    parts.push({ start: role.start, end: role.end, concept: role.slot, share });
    quality += share;
  }
  for (const { name, span, factor } of best.context) {
    const share = quality * (factor - 1);
    parts.push({ start: span.start, end: span.end, concept: name, share });
    quality += share;
  }
  if (echo > 0) {
    const share = Math.min(echo, Math.max(0, 1 - quality));
    parts.push({ start: anchor, end: anchor, concept: "told in several sentences", share });
    quality += share;
  }
  return { quality, parts };
}

function readFrame(does: Span, slots: Slots, context: Context): Reading | null {
  const sentence = context.sentence(does);
  const inSentence = (spans: readonly Span[]): Span[] =>
    spans.filter((span) => context.sentence(span) === sentence);
  const who = inSentence(slots.who);
  if (who.length === 0) return null;
  const others = inSentence(slots.not).filter((span) => !who.some((one) => overlaps(one, span)));
  const things =
    slots.what === null ? null : inSentence(slots.what).filter((span) => !overlaps(span, does));
  const places =
    slots.where === null ? null : inSentence(slots.where).filter((span) => !overlaps(span, does));
  if (things?.length === 0 || places?.length === 0) return null;
  const actor = bestOf(who.map((one) => actorRole(one, does, things ?? [], others, context)));
  if (actor === null) return null;
  const thing =
    things === null ? null : bestOf(things.map((one) => thingRole(one, does, others, context)));
  const place =
    places === null ? null : bestOf(places.map((one) => placeRole(one, does, actor, context)));
  if ((things !== null && thing === null) || (places !== null && place === null)) return null;
  const roles = [
    { ...actor, slot: "who" as const },
    { ...does, fit: 1, slot: "does" as const },
    ...(thing === null ? [] : [{ ...thing, slot: "what" as const }]),
    ...(place === null ? [] : [{ ...place, slot: "where" as const }]),
  ];
  const around = context.around(does, actor, roles);
  let fit = 0;
  let sum = 0;
  for (const role of roles) {
    fit += role.fit * SLOT_WORTH[role.slot];
    sum += SLOT_WORTH[role.slot];
  }
  const factor = around.reduce((product, one) => product * one.factor, 1);
  const quality = context.worth(actor) * (fit / sum) * factor;
  return { quality, sentence, roles, context: around };
}

function bestOf(roles: readonly (Role | null)[]): Role | null {
  return roles.reduce(
    (best, role) => (role !== null && (best === null || role.fit > best.fit) ? role : best),
    null,
  );
}

/** How surely this one acts: it stands before the action, owns the thing that moves, or is named after "by". */
function actorRole(
  who: Span,
  does: Span,
  things: readonly Span[],
  others: readonly Span[],
  context: Context,
): Role | null {
  if (overlaps(who, does)) return { ...who, fit: 1 };
  const owned = things.find((thing) => overlaps(thing, who) || gapOf(thing, who) <= 2);
  const last = owned === undefined ? who : cover(who, owned);
  if (last.end < does.start)
    return actorBefore(who, last, does, owned !== undefined, others, context);
  if (who.start <= does.end) return { ...who, fit: 0.9 };
  return actorAfter(who, last, does, owned !== undefined, others, context);
}

function actorBefore(
  who: Span,
  last: Span,
  does: Span,
  owns: boolean,
  others: readonly Span[],
  context: Context,
): Role | null {
  const gap = does.start - last.end;
  if (gap > ACTOR_WORDS) return null;
  const rival = others.some(
    (one) => one.start > who.end && one.end < does.start && context.acts(one),
  );
  if (rival) return { ...who, fit: OTHER_ACTOR };
  const aimedAt = !owns && context.before("target", who, 1) !== null;
  const fit = 1 - 0.02 * (gap - 1) - CLAUSE_COST * context.clauses(last.end, does.start);
  return { ...who, fit: Math.max(OTHER_ACTOR, aimedAt ? fit / 2 : fit) };
}

function actorAfter(
  who: Span,
  last: Span,
  does: Span,
  owns: boolean,
  others: readonly Span[],
  context: Context,
): Role | null {
  const gap = who.start - does.end;
  const rival = others.some(
    (one) => one.end < does.start && does.start - one.end <= ACTOR_WORDS && context.acts(one),
  );
  if (gap <= ACTOR_WORDS && context.before("agent", who, 2) !== null)
    return { ...who, fit: rival ? 0.6 : 0.85 };
  const thingGap = last.start - does.end;
  if (owns && thingGap <= 2) return { ...who, fit: 0.9 };
  if (owns && thingGap <= 5) return { ...who, fit: rival ? OTHER_ACTOR : 0.8 };
  if (gap > 2) return null;
  return { ...who, fit: rival || context.before("target", who, 1) !== null ? OTHER_ACTOR : 0.75 };
}

function thingRole(
  thing: Span,
  does: Span,
  others: readonly Span[],
  context: Context,
): Role | null {
  const gap = gapOf(thing, does);
  if (gap > THING_WORDS) return null;
  const foreign = others.some(
    (one) => one.end < thing.start && thing.start - one.end <= 1 && context.acts(one),
  );
  const between =
    thing.start < does.start
      ? context.clauses(thing.end, does.start)
      : context.clauses(does.end, thing.start);
  const fit = 1 - 0.03 * (gap - 1) - (CLAUSE_COST / 2) * between;
  return { ...thing, fit: foreign ? OTHER_ACTOR : Math.max(OTHER_ACTOR, fit) };
}

function placeRole(place: Span, does: Span, actor: Span, context: Context): Role | null {
  const gap = gapOf(place, does);
  if (gap > PLACE_WORDS || overlaps(place, actor)) return null;
  const marked = context.before("preposition", place, 3) !== null;
  const away = context.before("away", place, 2) !== null;
  const fit = (marked ? 1 : 0.8) - 0.01 * (gap - 1);
  return { ...place, fit: away ? fit / 2 : fit };
}

/** What stands around the roles. */
class Context {
  readonly #reading: DocumentReading;
  readonly #spans = new Map<CueKind, Span[]>();
  readonly #cues: Cues;

  constructor(reading: DocumentReading, cues: Cues) {
    this.#reading = reading;
    this.#cues = cues;
  }

  sentence(span: Span): number {
    return this.#reading.sentenceOf(span.start);
  }

  clauses(left: number, right: number): number {
    return this.#reading.clausesBetween(left, right);
  }

  worth(span: Span): number {
    return worthOf(span.start, this.#reading);
  }

  /** The cue that stands directly, or so many words, before a place in the same sentence. */
  before(kind: CueKind, span: Span, words: number): Span | null {
    let spans = this.#spans.get(kind);
    if (spans === undefined) {
      spans = this.#reading.spans(this.#cues[kind], null);
      this.#spans.set(kind, spans);
    }
    const sentence = this.sentence(span);
    return (
      spans.find(
        (one) =>
          one.end < span.start && span.start - one.end <= words && this.sentence(one) === sentence,
      ) ?? null
    );
  }

  /** Whether a name can be what acts: nothing before it makes it a place or a target. */
  acts(span: Span): boolean {
    return this.before("preposition", span, 1) === null;
  }

  around(does: Span, actor: Role, roles: readonly Span[]): Reading["context"] {
    const found: { name: string; span: Span; factor: number }[] = [];
    if (actor.fit <= OTHER_ACTOR)
      found.push({ name: "somebody else acts", span: actor, factor: OTHER_ACTS });
    const negation = this.before("negation", does, 3);
    if (negation !== null) found.push({ name: "denied", span: negation, factor: DENIED });
    const possibility = this.before("possibility", does, 4);
    if (possibility !== null)
      found.push({ name: "only possible", span: possibility, factor: POSSIBLE });
    const first = roles.reduce((one, other) => (other.start < one.start ? other : one), actor);
    const retold =
      this.before("retold", first, 3) ??
      this.before("retold", actor, 2) ??
      this.before("retold", does, 2);
    if (retold !== null) found.push({ name: "told again", span: retold, factor: RETOLD });
    return found;
  }
}

function overlaps(left: Span, right: Span): boolean {
  return left.start <= right.end && right.start <= left.end;
}

/** Words from one to the other; 1: neighbours, 0 or less: they overlap. */
function gapOf(left: Span, right: Span): number {
  return left.end < right.start ? right.start - left.end : left.start - right.end;
}

function cover(left: Span, right: Span): Span {
  return { start: Math.min(left.start, right.start), end: Math.max(left.end, right.end) };
}
