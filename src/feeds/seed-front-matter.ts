import { z } from "zod";
import { parseDate } from "./dates.ts";
import type { Instant, Problem } from "./item.ts";
import { readYaml } from "./yaml.ts";

/** What stands above an article between two lines of `---`. Null for what is not given or not usable. */
export type FrontMatter = {
  readonly title: string | null;
  readonly source: string | null;
  readonly agency: string | null;
  readonly url: string | null;
  readonly publishedAt: Instant | null;
  readonly language: string | null;
  readonly author: string | null;
};

/** An article with front matter, taken apart. */
export type Fronted = {
  readonly front: FrontMatter;
  readonly body: string;
  readonly problems: readonly Problem[];
};

const KEYS = ["title", "source", "agency", "url", "published", "language", "author"] as const;
type Key = (typeof KEYS)[number];

/** Takes the front matter off; null when the text does not begin with one. */
export function splitFrontMatter(file: string, text: string): Fronted | null {
  const found = /^---[ \t]*\n([\s\S]*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)/u.exec(text);
  if (found === null || (found[1] !== "" && !/^[^\n]*:/mu.test(found[1] ?? ""))) return null;
  const yaml = readYaml(file, found[1] ?? "", z.record(z.string(), z.unknown()));
  const problems: Problem[] = yaml.faults.map(({ line, what, remedy }) =>
    problem(file, line + 1, what, remedy),
  );
  const given = yaml.value ?? {};
  const report = (key: string, what: string, remedy: string): void => {
    problems.push(problem(file, yaml.lineOf([key]) + 1, `${key} ${what}`, remedy));
  };
  for (const key of Object.keys(given)) {
    if (!KEYS.some((known) => known === key)) report(key, "is not known", `use ${KEYS.join(", ")}`);
  }
  return {
    front: readFields(given, report),
    body: text.slice(found[0].length),
    problems,
  };
}

function readFields(
  given: Readonly<Record<string, unknown>>,
  report: (key: string, what: string, remedy: string) => void,
): FrontMatter {
  const value = (key: Key): string | null => {
    const raw = given[key];
    if (raw === undefined || raw === null) return null;
    if (typeof raw === "string" || typeof raw === "number") return String(raw).trim() || null;
    report(key, "is no plain text", "write one line of text");
    return null;
  };
  const checked = (
    key: Key,
    read: (text: string) => string | null,
    remedy: string,
  ): string | null => {
    const text = value(key);
    const read_ = text === null ? null : read(text);
    if (text !== null && read_ === null)
      report(key, `“${text.slice(0, 80)}” cannot be used`, remedy);
    return read_;
  };
  return {
    title: value("title"),
    source: value("source"),
    agency: value("agency"),
    author: value("author"),
    url: checked("url", webAddress, "write a whole address that begins with https://"),
    publishedAt: checked("published", parseDate, "write it as 2026-03-01 or 2026-03-01T08:00:00Z"),
    language: checked("language", languageCode, "write a code of two letters such as en"),
  };
}

function problem(file: string, line: number, what: string, remedy: string): Problem {
  return { code: "seed-front-matter", message: `${file}:${line}: ${what}: ${remedy}`, line };
}

function webAddress(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}

function languageCode(text: string): string | null {
  return /^([a-z]{2})(?:[-_][a-z0-9-]+)?$/i.exec(text)?.[1]?.toLowerCase() ?? null;
}
