import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readSeed } from "../../../src/feeds/seed.ts";

const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../../fixtures/seeds/${name}`, import.meta.url));
const read = (name: string) => readSeed(name, fixture(name));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("front matter says what an article is", () => {
  const { item, problems } = read("front-matter.md");
  expect(problems).toEqual([]);
  expect(item).toMatchObject({
    guid: "front-matter.md",
    title: "Harbour reopens after the storm",
    source: "The Coastal Example",
    agency: "EFE",
    url: "https://coastal.example/harbour",
    publishedAt: "2026-02-03T06:30:00.000Z",
    language: "en",
    author: "Ana Ruiz",
    text: "The harbour of Port Ember reopened on Tuesday.\n\nShips had waited outside for four days.",
  });
});

test("a fault in the front matter is told with its line, and the rest is read", () => {
  const page = "---\ntitle: Dam opens\nurl: not an address\ncolour: red\n---\nWater flows again.\n";
  const { item, problems } = readSeed("dam.md", bytes(page));
  expect(item).toMatchObject({ title: "Dam opens", url: null, text: "Water flows again." });
  expect(problems.map(({ code, line }) => [code, line])).toEqual([
    ["seed-front-matter", 4],
    ["seed-front-matter", 3],
  ]);
  expect(problems[1]?.message).toContain("dam.md:3: url “not an address” cannot be used:");
});

const pages: readonly (readonly [file: string, says: string, known: object, paragraphs: number])[] =
  [
    [
      "nav-and-cookies.txt",
      "a page with menu, cookie notice, picture credit, newsletter box and related links",
      {
        title: "Ministers agree to reopen the Ember bridge after two years of repairs",
        source: "The Northern Gazette",
        agency: null,
        author: "Clara Nordin",
        publishedAt: "2025-03-14T00:00:00.000Z",
      },
      5,
    ],
    [
      "dateline-afp.txt",
      "an agency's report that its dateline and its end sign",
      {
        title: "Striking miners block the road to Karu copper pit",
        source: "BBQ",
        agency: "AFP",
        author: null,
        publishedAt: null,
      },
      4,
    ],
    [
      "guardian-like.txt",
      "a report with a standfirst, a caption and a long appeal below",
      {
        title: "Glacier survey finds ice thinner than feared",
        source: "The Evening Monitor",
        agency: null,
        author: "Maja Lindqvist",
      },
      4,
    ],
    [
      "wrapped.txt",
      "a text that was broken to a width",
      {
        title: "Fishermen find wreck of mail boat lost in 1921",
        source: "The Highland Post",
        author: "Ewan Rae",
      },
      3,
    ],
    [
      "page-title.txt",
      "a page whose title carries the outlet's name",
      {
        title: "Volcano alert raised after tremors under Mount Sorra",
        source: "Island Daily News",
        agency: "Reuters",
        author: "Rosa Imanu",
        publishedAt: "2024-06-03T00:00:00.000Z",
      },
      3,
    ],
    [
      "spanish.txt",
      "a Spanish page",
      {
        title: "Los caficultores de Altamira cortan la carretera y piden negociar con el ministro",
        source: "El Diario de la Ribera",
        agency: "EFE",
        author: "Lucía Ferrán",
        language: "es",
      },
      3,
    ],
    [
      "russian.txt",
      "a Russian page",
      {
        title: "Паром сел на мель у острова Кий, пассажиров вывезли катерами",
        source: "Северный вестник",
        agency: "RIA Novosti",
        author: "Анна Белова",
        language: "ru",
        publishedAt: null,
      },
      3,
    ],
  ];

test.each(pages)("%s: the parts are told apart of %s", (file, _says, known, paragraphs) => {
  const { item, problems } = read(file);
  expect(problems).toEqual([]);
  expect(item).toMatchObject(known);
  expect(item?.text?.split("\n\n")).toHaveLength(paragraphs);
});

test("a text without a headline keeps all its paragraphs and has no title", () => {
  const page =
    "The lighthouse at Cape Ansel went dark on Friday after ninety years of service.\n\nIts lamp goes to a museum in the capital, the coast guard said in a short statement.\n";
  const { item } = readSeed("lamp.txt", bytes(page));
  expect(item?.title).toBeNull();
  expect(item?.text?.split("\n\n")).toHaveLength(2);
});

test("pictures' credits are kept apart from the text's", () => {
  expect(read("nav-and-cookies.txt").credits).toEqual([
    { kind: "photo", name: "Olof Strand/AFP", agency: "AFP" },
  ]);
});

test("a quotation in which people speak of themselves is no appeal", () => {
  const page = `Dockers end their strike

The dockers of Port Ember went back to work on Monday after a vote that took until midnight.

"We thank you for your support, and we ask you to join our union," their leader told the crowd at the gate.

The port expects to clear its backlog within the week, a spokesman for the operator said.
`;
  expect(readSeed("dock.txt", bytes(page)).item?.text).toContain("We thank you for your support");
});

test("an empty file and a picture are problems that name the file and the remedy", () => {
  const empty = readSeed("a.txt", bytes(" \n"));
  expect(empty.item).toBeNull();
  expect(empty.problems[0]).toMatchObject({ code: "seed-empty" });
  const picture = readSeed(
    "b.txt",
    Uint8Array.from({ length: 400 }, (_, index) => index % 20),
  );
  expect(picture.item).toBeNull();
  expect(picture.problems[0]?.message).toBe(
    "b.txt: is no text: save the article as plain text, or remove the file",
  );
});

test("an article in an old character set is read", () => {
  const latin = Uint8Array.from(
    [
      ..."Bürger wählen neuen Stadtrat\n\nDie Bürger von Köln haben am Sonntag einen neuen Stadtrat gewählt, teilte die Stadt mit.\n",
    ].map((letter) => letter.charCodeAt(0)),
  );
  expect(readSeed("koeln.txt", latin).item?.title).toBe("Bürger wählen neuen Stadtrat");
});

test("reading never throws and invents no words", () => {
  const line = fc.oneof(
    fc.constantFrom(
      "© 2024 The Daily Example",
      "By Ann Lee",
      "— AFP",
      "---",
      "Read more",
      "Photo: X/AFP",
    ),
    fc.lorem({ maxCount: 30 }),
    fc.string({ unit: "grapheme", maxLength: 80 }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const page = lines.join("\n\n");
      const text = readSeed("any.txt", bytes(page)).item?.text ?? "";
      const known = new Set(page.split(/\s+/u));
      for (const word of text.split(/\s+/u)) {
        if (word !== "" && !page.startsWith("---")) expect(known.has(word)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});
