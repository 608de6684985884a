import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

/** One static file of the page. */
export type Asset = { readonly body: string; readonly mediaType: string };

/** The files that the page brings along. */
export type Assets = {
  /** By file name. */
  readonly files: ReadonlyMap<string, Asset>;
  /** Address of a file, with a mark of all their contents in it, so that browsers may keep it for ever. */
  href(name: string): string;
};

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Reads the files beside this module. */
export function readAssets(): Assets {
  const folder = new URL("./assets/", import.meta.url);
  const hash = createHash("sha256");
  const files = new Map<string, Asset>();
  for (const name of readdirSync(folder).sort()) {
    const mediaType = MEDIA_TYPES[name.slice(name.lastIndexOf(".") + 1)];
    if (mediaType === undefined) continue;
    const body = readFileSync(new URL(name, folder), "utf8");
    hash.update(body);
    files.set(name, { body, mediaType });
  }
  const mark = hash.digest("hex").slice(0, 12);
  return { files, href: (name) => `/assets/${mark}/${name}` };
}
