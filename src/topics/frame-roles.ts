import type { Span } from "./document-reading.ts";
import { cover, type FrameContext, gapOf, overlaps } from "./frame-context.ts";

/** A filler of a slot and how surely it fills it, above 0 to 1. */
export type Role = Span & { readonly fit: number };

/** Spans of one sentence that may fill the slots around one action. */
export type Sentence = {
  readonly does: Span;
  readonly who: readonly Span[];
  readonly others: readonly Span[];
  /** Null: not asked for. */
  readonly things: readonly Span[] | null;
  readonly places: readonly Span[] | null;
};

/** Words that actor, thing and place may be away from the action. */
const ACTOR_WORDS = 14;
const THING_WORDS = 12;
const PLACE_WORDS = 20;
/** Words between an actor and what it owns: "Russian troops", "tropas de Rusia". */
const OWNED_WORDS = 2;
/** How surely it is meant when somebody else stands in its place. */
export const OTHER_ACTOR = 0.3;
/** What each word, and each comma, colon or dash, between a filler and the action takes. */
const ACTOR_WORD_COST = 0.02;
const THING_WORD_COST = 0.03;
const PLACE_WORD_COST = 0.01;
const CLAUSE_COST = 0.08;
/** How surely a name without "to" or "in" is where it goes. */
const UNMARKED = 0.7;

/** How surely a filler from another sentence of headline and lead is meant. */
const ACTOR_BESIDE = 0.7;
const PLACE_BESIDE = 0.8;

/** The surest actor of a sentence; null when none can be. */
export function actorOf(sentence: Sentence, context: FrameContext): Role | null {
  return bestOf(
    sentence.who.map((who) => {
      return isBeside(who, sentence, context)
        ? { ...who, fit: ACTOR_BESIDE }
        : actorRole(who, sentence, context);
    }),
  );
}

export function thingOf(sentence: Sentence, context: FrameContext): Role | null {
  return bestOf((sentence.things ?? []).map((thing) => thingRole(thing, sentence, context)));
}

export function placeOf(sentence: Sentence, actor: Span, context: FrameContext): Role | null {
  return bestOf(
    (sentence.places ?? []).map((place) => {
      return isBeside(place, sentence, context)
        ? { ...place, fit: PLACE_BESIDE }
        : placeRole(place, sentence, actor, context);
    }),
  );
}

function isBeside(span: Span, { does }: Sentence, context: FrameContext): boolean {
  return context.sentence(span) !== context.sentence(does);
}

function bestOf(roles: readonly (Role | null)[]): Role | null {
  let best: Role | null = null;
  for (const role of roles)
    if (role !== null && (best === null || role.fit > best.fit)) best = role;
  return best;
}

/** It stands before the action, owns the thing that moves, or is named after "by". */
function actorRole(who: Span, sentence: Sentence, context: FrameContext): Role | null {
  const { does } = sentence;
  if (overlaps(who, does)) return { ...who, fit: 1 };
  const owned = (sentence.things ?? []).find((thing) => owns(who, thing, context));
  const whole = owned === undefined ? who : cover(who, owned);
  if (whole.end < does.start) return actorBefore(who, whole, sentence, context);
  if (who.start <= does.end) return { ...who, fit: 0.9 };
  return actorAfter(who, whole, sentence, context);
}

function actorBefore(
  who: Span,
  whole: Span,
  sentence: Sentence,
  context: FrameContext,
): Role | null {
  const { does, others } = sentence;
  const gap = does.start - whole.end;
  if (gap > ACTOR_WORDS) return null;
  const rival = others.some(
    (one) =>
      one.start > who.end &&
      one.end < does.start &&
      context.acts(one) &&
      !context.speaks(one) &&
      !isGoalBefore(one, whole, sentence, context),
  );
  if (rival) return { ...who, fit: OTHER_ACTOR };
  const aimedAt = whole === who && context.before("target", who, 1) !== null;
  const fit = 1 - ACTOR_WORD_COST * (gap - 1) - CLAUSE_COST * context.clauses(whole, does);
  return { ...who, fit: Math.max(OTHER_ACTOR, aimedAt ? fit / 2 : fit) };
}

/** "Russische tanks Oekraïne binnenrijden": to Ukraine. */
function isGoalBefore(
  one: Span,
  whole: Span,
  { does, places }: Sentence,
  context: FrameContext,
): boolean {
  if (!context.actionComesLast || one.end !== does.start - 1) return false;
  if (context.clauses(whole, one) > 0) return false;
  return (places ?? []).some((place) => overlaps(place, one));
}

function actorAfter(
  who: Span,
  whole: Span,
  sentence: Sentence,
  context: FrameContext,
): Role | null {
  const { does, others } = sentence;
  const gap = who.start - does.end;
  const rival = others.some(
    (one) => one.end < does.start && does.start - one.end <= ACTOR_WORDS && context.acts(one),
  );
  if (gap <= ACTOR_WORDS && context.before("agent", who, 2) !== null) {
    return { ...who, fit: rival ? 0.6 : 0.85 };
  }
  const owned = whole === who ? Number.POSITIVE_INFINITY : whole.start - does.end;
  // "The arrival of Russian troops", "the arrival of Wagner" is theirs, whoever stands before it.
  if (owned <= 2 || (gap <= 2 && context.before("owner", who, 1) !== null)) {
    return { ...who, fit: 0.9 };
  }
  if (owned <= 5) return { ...who, fit: rival ? OTHER_ACTOR : 0.8 };
  if (gap > 2) return null;
  // "Training in Russia" is not done by it.
  return { ...who, fit: rival || !context.acts(who) ? OTHER_ACTOR : 0.75 };
}

function thingRole(thing: Span, sentence: Sentence, context: FrameContext): Role | null {
  const gap = gapOf(thing, sentence.does);
  if (gap > THING_WORDS) return null;
  if (isOthers(thing, sentence, context)) return { ...thing, fit: OTHER_ACTOR };
  const clauses = context.clauses(thing, sentence.does);
  const fit = 1 - THING_WORD_COST * (gap - 1) - (CLAUSE_COST / 2) * clauses;
  return { ...thing, fit: Math.max(OTHER_ACTOR, fit) };
}

/** "Russian troops", "tropas rusas", "troops of Russia"; not "troops to Russia". */
function owns(who: Span, thing: Span, context: FrameContext): boolean {
  if (overlaps(thing, who) || gapOf(thing, who) === 1) return true;
  if (gapOf(thing, who) > OWNED_WORDS) return false;
  return who.start < thing.start || context.before("owner", who, 1) !== null;
}

/** "US troops", "войск НАТО": the name beside it says whose it is, unless it says where it goes. */
function isOthers(thing: Span, { does, others, places }: Sentence, context: FrameContext): boolean {
  return others.some((one) => {
    const isPlace = (places ?? []).some((place) => overlaps(place, one));
    if (one.start === thing.end + 1) return !isPlace && context.clauses(thing, one) === 0;
    if (one.end !== thing.start - 1) return false;
    // "Send Mali troops": to Mali.
    const receives = isPlace && one.start === does.end + 1;
    return !receives && context.acts(one);
  });
}

function placeRole(
  place: Span,
  { does }: Sentence,
  actor: Span,
  context: FrameContext,
): Role | null {
  const gap = gapOf(place, does);
  if (gap > PLACE_WORDS || overlaps(place, actor)) return null;
  // "Enter Ukraine" needs no preposition.
  const preposition = context.before("preposition", place, 3);
  const marked =
    place.start === does.end + 1 ||
    (preposition !== null && context.clauses(preposition, place) === 0);
  if (context.before("beside", place, 1) !== null) return null;
  // "Russian troops advance, Ukraine says": it is not where they go.
  if (!marked && place.start > does.end && context.speaks(place)) return null;
  const worth = marked ? 1 : UNMARKED;
  const fit = Math.max(0.1, worth - PLACE_WORD_COST * (gap - 1));
  return { ...place, fit: context.before("away", place, 2) === null ? fit : fit / 2 };
}
