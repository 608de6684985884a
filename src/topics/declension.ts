/** Endings of Russian and Ukrainian names by how the nominative ends; the last letter is replaced where one is given. */
const ENDINGS: readonly {
  readonly nominative: RegExp;
  readonly cut: number;
  readonly endings: string;
}[] = [
  { nominative: /[бвгґджзклмнпрстфхцчшщ]$/, cut: 0, endings: "а у е і ом ем ови" },
  { nominative: /а$/, cut: 1, endings: "ы и у е і ой ою" },
  { nominative: /я$/, cut: 1, endings: "и і ю е ї ей ею" },
  { nominative: /ь$/, cut: 1, endings: "я ю е и і ем ём" },
  { nominative: /й$/, cut: 1, endings: "я ю е ї ем ём єм" },
];
/** Shorter names are too easily another word with an ending. */
const NAME_CHARS_MIN = 4;

/**
 * The other cases of a Cyrillic name. Stemmers take apart what only looks like an ending: Гавана and Гавану, Карабах
 * and Карабахе have different stems.
 */
export function declined(name: string): string[] {
  if (name.length < NAME_CHARS_MIN) return [];
  const pattern = ENDINGS.find(({ nominative }) => nominative.test(name));
  if (pattern === undefined) return [];
  const base = name.slice(0, name.length - pattern.cut);
  return pattern.endings.split(" ").map((ending) => base + ending);
}
