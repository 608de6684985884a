/** Numbers from a seed, the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const SYLLABLES =
  "ba be bi bo bra ca ce co cra da de di do dra el en es fa fe fi fo ga ge go gra ha he ho in is ka ke la le li lo lu ma me mi mo na ne ni no or pa pe pi po pra ra re ri ro ru sa se si so sta sti ta te ti to tra tu ul un va ve vi vo wa we za ze".split(
    " ",
  );
const ENDINGS = ["", "", "", "s", "ed", "ing"];

/** Made-up news: as many distinct words, as unevenly used, and inflected as in a year of English news. */
export class SyntheticNews {
  readonly stems: readonly string[];
  readonly #random: () => number;

  constructor(seed: number, stems: number) {
    this.#random = seededRandom(seed);
    const made = new Set<string>();
    while (made.size < stems) {
      const syllables = 2 + Math.floor(this.#random() * 3);
      let word = "";
      for (let index = 0; index < syllables; index += 1) word += this.#pick(SYLLABLES);
      made.add(`${word}${this.#pick(["n", "t", "r", "l", "m", "d"])}`);
    }
    this.stems = [...made];
  }

  #pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.#random() * from.length)];
    if (picked === undefined) throw new Error("nothing to pick from");
    return picked;
  }

  /** A word as news use it: the second most frequent half as often as the first, and so on. */
  #word(): string {
    const rank = Math.floor(Math.exp(this.#random() * Math.log(this.stems.length)));
    return `${this.stems[Math.min(rank, this.stems.length - 1)] ?? ""}${this.#pick(ENDINGS)}`;
  }

  article(words: number): { title: string; text: string } {
    const sentence = (length: number): string => {
      const text = Array.from({ length }, () => this.#word()).join(" ");
      return text.charAt(0).toUpperCase() + text.slice(1);
    };
    const sentences: string[] = [];
    for (let left = words - 10; left > 0; left -= 20)
      sentences.push(`${sentence(Math.min(20, left))}.`);
    return { title: sentence(10), text: sentences.join(" ") };
  }

  /** A word that somebody would watch for: not one of the commonest. */
  watched(): string {
    const from = Math.log(WATCHED_FROM);
    const rank = Math.floor(Math.exp(from + this.#random() * (Math.log(this.stems.length) - from)));
    return this.stems[Math.min(rank, this.stems.length - 1)] ?? "";
  }

  /** An analyst's topic: two lists, one of them near a third word. */
  topicQuery(): string {
    const words = (count: number): string =>
      Array.from({ length: count }, () => this.watched()).join(" OR ");
    return `(${words(4)}) AND ((${words(2)}) NEAR/8 (${words(2)}) OR "${this.watched()} ${this.watched()}" OR ${words(2)})`;
  }

  /** A list of words and phrases that stand for themselves, which other programs can check as well. */
  literals(): string[] {
    const words = Array.from({ length: 7 }, () => this.watched());
    const phrases = Array.from({ length: 3 }, () => `${this.watched()} ${this.watched()}`);
    return [...words, ...phrases];
  }
}

/** Words that are more frequent than so many others are nobody's search terms. */
const WATCHED_FROM = 3_000;
