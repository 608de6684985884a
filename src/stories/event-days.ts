import type { Word } from "./words.ts";

/** Words of a report in which the day of its event is named, if it is named at all. */
const LEAD_WORDS = 80;

/** Folded names of the days, Monday first, as reports write them, in their inflected forms. */
const NAMES: readonly string[] = [
  "monday lunes lundi montag lunedi maandag понедельник понедельника понедельнику понеділок понеділка poniedziałek الاثنين",
  "tuesday martes mardi dienstag martedi dinsdag вторник вторника вівторок вівторка wtorek الثلاثاء",
  "wednesday miércoles mercredi mittwoch mercoledi woensdag среда среду среды середа середу środa środę الأربعاء",
  "thursday jueves jeudi donnerstag giovedi donderdag четверг четверга четвер четверга czwartek الخميس",
  "friday viernes vendredi freitag venerdi vrijdag пятница пятницу пятницы п'ятниця п'ятницю piątek الجمعة",
  "saturday weekend sábado samedi samstag sabato zaterdag суббота субботу субботы субота суботу sobota sobotę السبت",
  "sunday weekend domingo dimanche sonntag domenica zondag воскресенье воскресенья неділя неділю niedziela niedzielę الأحد",
];

const DAYS_OF_NAMES: ReadonlyMap<string, readonly number[]> = daysOfNames();

function daysOfNames(): Map<string, number[]> {
  const days = new Map<string, number[]>();
  for (const [day, names] of NAMES.entries()) {
    for (const name of names.split(" ")) {
      const folded = name
        .normalize("NFKD")
        .replace(/\p{M}+/gu, "")
        .replaceAll("'", "");
      days.set(folded, [...(days.get(folded) ?? []), day]);
    }
  }
  return days;
}

/** Days of the week that the beginning of a report names, 0 for Monday; empty when it names none. */
export function eventDays(words: readonly Word[]): Set<number> {
  const named = words.slice(0, LEAD_WORDS).flatMap(({ text }) => DAYS_OF_NAMES.get(text) ?? []);
  return new Set(named);
}

/**
 * Whether two reports tell of different days. Neighbouring days do not count: what happens on a Thursday evening
 * is Friday's news elsewhere. Nothing is told by a report that names no day.
 */
export function tellOtherDays(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  if (a.size === 0 || b.size === 0) return false;
  for (const first of a) {
    for (const second of b) {
      const apart = Math.abs(first - second);
      if (Math.min(apart, 7 - apart) <= 1) return false;
    }
  }
  return true;
}
