import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the whole project. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A source file as the rules see it; `path` is relative to the project, with forward slashes. */
export type Source = { readonly path: string; readonly text: string };

/** The rooms in the order in which data flows. */
export const STAGES = [
  "feeds",
  "stories",
  "topics",
  "digests",
  "commands",
  "delivery",
  "chat",
] as const;

/** Every file below a folder of the project whose name fits, in name order. */
export function readSources(folder: string, name: RegExp): Source[] {
  const files: Source[] = [];
  const walk = (path: string): void => {
    for (const entry of readdirSync(path).sort()) {
      const full = join(path, entry);
      if (entry === "node_modules" || entry === ".git" || entry === "data") continue;
      if (statSync(full).isDirectory()) walk(full);
      else if (name.test(entry)) {
        const shown = relative(ROOT, full).replaceAll("\\", "/");
        files.push({ path: shown, text: readFileSync(full, "utf8") });
      }
    }
  };
  walk(join(ROOT, folder));
  return files;
}

type Import = { readonly from: string; readonly typeOnly: boolean; readonly line: number };

/** What a file imports: project paths for relative ones, package names else. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const pattern =
    /^[ \t]*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|import\(\s*"([^"]+)"\s*\)/gm;
  for (const match of source.text.matchAll(pattern)) {
    const target = match[2] ?? match[3] ?? "";
    const from = target.startsWith(".")
      ? normalize(join(dirname(source.path), target)).replaceAll("\\", "/")
      : target;
    const line = source.text.slice(0, match.index).split("\n").length;
    found.push({ from, typeOnly: match[1] !== undefined, line });
  }
  return found;
}

/** The room of a path, `src` for the files that stand above the rooms, null outside of src. */
function roomOf(path: string): string | null {
  const parts = path.split("/");
  if (parts[0] !== "src") return null;
  return parts.length > 2 ? (parts[1] ?? null) : "src";
}

const isStage = (room: string | null): boolean => STAGES.some((stage) => stage === room);

/** A stage imports only stages to its left, and itself; nobody but main and pipeline imports the store. */
export function wrongDirections(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const room = roomOf(source.path);
    if (room === null || !isStage(room)) return [];
    return importsOf(source).flatMap(({ from, line }) => {
      const fault = wrongDirection(room, from);
      return fault === null ? [] : [`${source.path}:${line} ${fault}`];
    });
  });
}

function wrongDirection(room: string, from: string): string | null {
  const target = roomOf(from);
  if (target === "store") return "imports the store";
  if (target === "src") return from === "src/log.ts" ? null : `imports ${from}`;
  if (target === null) return null;
  if (!isStage(target)) return `imports ${target}, which joins the stages`;
  const order: readonly string[] = STAGES;
  const right = order.indexOf(target) > order.indexOf(room);
  return right ? `imports ${target}, which is to its right` : null;
}

/** Files that reach the world although they decide only. */
const FEEDS_WITH_IO =
  /^src\/feeds\/(body|fetch|guard|poller|reader|seed-folder|worker|parse-worker|full-text|websub)[\w-]*\.ts$/;

function isPure(path: string): boolean {
  const room = roomOf(path);
  if (room === "feeds") return !FEEDS_WITH_IO.test(path);
  return room === "stories" || room === "topics" || room === "digests" || room === "commands";
}

const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, "reads the clock"],
  [/\bMath\.random\(|\brandomUUID\b|\brandomBytes\b/, "uses chance"],
  [/\bprocess\.(?!exitCode)/, "reaches for the process"],
  [/\bsetTimeout\(|\bsetInterval\(/, "waits"],
  [/(?<![.\w])fetch\(/, "uses the network"],
];
/** Computes only, though its name begins with node:. */
const PURE_BUILTINS = [
  "node:crypto",
  "node:net",
  "node:util",
  "node:buffer",
  "node:string_decoder",
];

/** Deciding rooms have no clock, chance, disk, network, environment or log. */
export function impurities(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => isPure(path))
    .flatMap((source) => [
      ...importsOf(source)
        .filter(
          ({ from, typeOnly }) =>
            (from.startsWith("node:") && !typeOnly && !PURE_BUILTINS.includes(from)) ||
            (from === "src/log.ts" && !typeOnly) ||
            from === "undici",
        )
        .map(({ from, line }) => `${source.path}:${line} imports ${from}`),
      ...code(source).flatMap(({ text, line }) =>
        IMPURE.filter(([pattern]) => pattern.test(text)).map(
          ([, what]) => `${source.path}:${line} ${what}`,
        ),
      ),
    ]);
}

/** Lines of a file without its comments. */
function code(source: Source): { text: string; line: number }[] {
  const blanked = source.text.replace(/\/\*[\s\S]*?\*\//g, (comment) =>
    comment.replace(/[^\n]/g, " "),
  );
  return blanked.split("\n").map((text, index) => ({
    text: text.replace(/(^|\s)\/\/.*$/, ""),
    line: index + 1,
  }));
}

const PLATFORM_WORDS = /\b(discord|slack|guild|embeds?|block[ -]?kit|webhooks?)\b/i;

/** Platform words stay in the platform's room, in the configuration and in the wiring. */
export function leakedVocabulary(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => !/^src\/(chat\/|config(-files)?\.ts$|main\.ts$)/.test(path))
    .flatMap((source) =>
      source.text.split("\n").flatMap((text, index) => {
        const word = PLATFORM_WORDS.exec(text)?.[0];
        // In feeds it is the name of an HTML element.
        const isElement = word === "embed" && source.path.startsWith("src/feeds/");
        return word === undefined || isElement
          ? []
          : [`${source.path}:${index + 1} says "${word}"`];
      }),
    );
}

/** Platforms do not know each other, and their SDKs are imported only in their own folder. */
export function crossedPlatforms(sources: readonly Source[]): string[] {
  const folder = (path: string): string | null => /^src\/chat\/(\w+)\//.exec(path)?.[1] ?? null;
  const sdk: Readonly<Record<string, string>> = {
    "discord.js": "discord",
    "@slack/bolt": "slack",
    hono: "web",
  };
  return sources.flatMap((source) =>
    importsOf(source).flatMap(({ from, line }) => {
      const own = folder(source.path);
      const other = folder(from) ?? sdk[from];
      // Only the joint of the platforms, which stands above their folders, may know several.
      if (own === null && !(from in sdk)) return [];
      if (other === undefined || other === null || other === own) return [];
      return [`${source.path}:${line} imports ${from}`];
    }),
  );
}

/** No collections of leftovers, no barrels, no default exports, no file too long to be read in one sitting. */
export function untidy(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.split("\n").length - 1;
    return [
      ...(/\/(types|utils?|helpers?|services?|common|misc)(\/|\.ts$)/.test(path)
        ? [`${path} is a drawer, not a room`]
        : []),
      ...(/^export (\*|\{[^}]*\}) from/m.test(text)
        ? [`${path} exports what it does not own`]
        : []),
      ...(/^export default/m.test(text) ? [`${path} has a default export`] : []),
      ...(lines > FILE_LINES_MAX ? [`${path} has ${lines} lines, over ${FILE_LINES_MAX}`] : []),
    ];
  });
}

/** Above it a file is no longer read in one sitting. */
export const FILE_LINES_MAX = 400;

/** Only the configuration reads the environment. */
export function environmentReaders(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => path !== "src/config.ts" && path !== "src/main.ts")
    .flatMap((source) =>
      code(source).flatMap(({ text, line }) =>
        /\bprocess\.env\b/.test(text) ? [`${source.path}:${line} reads the environment`] : [],
      ),
    );
}

/** Imports that lead in a circle, each as the path that closes it. */
export function cycles(sources: readonly Source[]): string[] {
  const known = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      found.push([...trail.slice(start), path].join(" → "));
      return;
    }
    const source = known.get(path);
    if (source === undefined || done.has(path)) return;
    for (const { from, typeOnly } of importsOf(source)) {
      if (!typeOnly) visit(from, [...trail, path]);
    }
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return found;
}
