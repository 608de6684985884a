import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { startFolder } from "../config.ts";

/** What a command of the command line gets: its words, the environment and where to speak. */
export type Terminal = {
  /** Arguments after the command's name. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Sitrep's own folder. */
  readonly root: string;
  /** Data, to stdout. */
  data(line: string): void;
  /** Talk, to stderr. */
  talk(line: string): void;
  /** Columns of stdout; 120 where it is no terminal or does not tell. */
  readonly columns: number;
  readonly colour: boolean;
};

/** How a command ended: 0 done, 1 the thing asked about failed, 2 wrong use or configuration. */
export type ExitCode = 0 | 1 | 2;

/** The command was used wrongly; its message says how to use it. Ends with exit code 2. */
export class UsageError extends Error {}

/** How to use a command was asked for; the message says it. Ends with exit code 0. */
export class HelpAsked extends Error {}

/** Words of a command: named options, and the rest in order. */
export function readArgs<O extends NonNullable<ParseArgsConfig["options"]>>(
  terminal: Terminal,
  options: O,
  usage: string,
): {
  values: ReturnType<typeof parseArgs<{ options: O & typeof EVERYWHERE }>>["values"];
  words: string[];
} {
  try {
    const parsed = parseArgs({
      args: [...terminal.args],
      options: { ...options, ...EVERYWHERE },
      allowPositionals: true,
    });
    if (Reflect.get(parsed.values, "help") === true) throw new HelpAsked(`usage: sitrep ${usage}`);
    return { values: parsed.values, words: parsed.positionals };
  } catch (error) {
    if (error instanceof HelpAsked) throw error;
    const why = error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error);
    throw new UsageError(`${why}\nusage: sitrep ${usage}`);
  }
}

/** Accepted by every command, also where JSON is the only form. */
const EVERYWHERE = {
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** A path as the person means it: relative to where they stand. */
export function pathOf(terminal: Terminal, path: string): string {
  return resolve(startFolder(terminal.env), path);
}

/** Lines of a file, or of standard input for `-` and for nothing. Empty lines are left out. */
export async function* readLines(
  terminal: Terminal,
  file: string | undefined,
): AsyncGenerator<{ line: string; number: number }> {
  const fromFile = file !== undefined && file !== "-";
  const input = fromFile ? (await openFile(terminal, file)).createReadStream() : process.stdin;
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() !== "")
      yield { line: number === 1 ? line.replace(/^\uFEFF/, "") : line, number };
  }
}

/** Opens a file that the person named; a UsageError that says why when it cannot be read. */
export async function openFile(terminal: Terminal, file: string): Promise<FileHandle> {
  try {
    const handle = await open(pathOf(terminal, file));
    if (!(await handle.stat()).isDirectory()) return handle;
    await handle.close();
    throw new UsageError(`${file}: is a folder: name a file`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "error";
    throw new UsageError(`${file}: cannot be read (${code}): check the path`);
  }
}
