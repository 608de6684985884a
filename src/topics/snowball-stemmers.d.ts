declare module "snowball-stemmers" {
  /** The algorithms are stateful inside but answer the same for the same word. */
  export function newStemmer(algorithm: string): { stem(word: string): string };
}
