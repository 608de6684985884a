/** Longest gist, in UTF-16 units: two lines of a post. */
const GIST_CHARS_MAX = 200;
/** No gist starts further into a text than this; keeps the cost of a giant text flat. */
const TEXT_CHARS_MAX = 4_000;

/** The first sentence that is not the headline again, in the text's own words; null when there is none. */
export function gistOf(text: string | null, headline: string): string | null {
  if (text === null) return null;
  const title = bare(headline);
  for (const sentence of sentencesOf(text.slice(0, TEXT_CHARS_MAX))) {
    const words = bare(sentence);
    if (words !== "" && words !== title) return shorten(sentence);
  }
  return null;
}

function* sentencesOf(text: string): Iterable<string> {
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  for (const line of text.split(/\n+/)) {
    let sentence = "";
    for (const { segment } of segmenter.segment(line)) {
      sentence += segment;
      if (ABBREVIATED.test(sentence)) continue;
      yield oneLine(sentence);
      sentence = "";
    }
    yield oneLine(sentence);
  }
}

/** Ends in an initial, a short title or a rank, so the sentence most likely goes on. */
const ABBREVIATED = /(?:^|[^\p{L}\p{N}])(?:\p{L}|\p{Lu}\p{L}{1,2}|Prof|Capt|им|ул)\.\s*$/u;

const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");

/** Letters and digits only, in one case: to see whether two lines say the same. */
function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function shorten(sentence: string): string {
  if (sentence.length <= GIST_CHARS_MAX) return sentence;
  const space = sentence.lastIndexOf(" ", GIST_CHARS_MAX - 1);
  const cut = space > GIST_CHARS_MAX / 2 ? space : lastGraphemeEnd(sentence);
  return `${sentence.slice(0, cut).replace(/[\s,;:–—-]+$/u, "")}…`;
}

/** Where a text without spaces can be cut without breaking a character. */
function lastGraphemeEnd(sentence: string): number {
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
  let end = 0;
  for (const { index } of graphemes.segment(sentence.slice(0, GIST_CHARS_MAX))) end = index;
  return end;
}
