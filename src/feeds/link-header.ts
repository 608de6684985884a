import { webUrl } from "./draft.ts";
import type { PollWishes } from "./item.ts";
import { resolveUrl } from "./xml-tree.ts";

/** What the headers of an answer say of its hub (WebSub, section 4); null for what they do not name. */
export type HubLinks = Pick<PollWishes, "hubUrl" | "selfUrl">;

export const NO_LINKS: HubLinks = { hubUrl: null, selfUrl: null };

/** Reads `Link` headers (RFC 8288): the first target of each relation. `base`: where the answer came from. */
export function hubLinksOf(header: string | string[] | undefined, base: string): HubLinks {
  const links = [header ?? []].flat().flatMap((line) => [...line.matchAll(LINK)]);
  const targetOf = (wanted: string): string | null => {
    for (const [, target = "", parameters = ""] of links) {
      const [, quoted, bare] = REL.exec(parameters) ?? [];
      const isWanted = (quoted ?? bare ?? "").toLowerCase().split(/\s+/).includes(wanted);
      const url = isWanted ? webUrl(resolveUrl(target, base)) : null;
      if (url !== null) return url;
    }
    return null;
  };
  return { hubUrl: targetOf("hub"), selfUrl: targetOf("self") };
}

/** `<target>` and its parameters, in which a comma may only stand between quotes. */
const LINK = /<([^<>]*)>((?:[^<>,"]|"[^"]*")*)/g;
const REL = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i;

/** What a feed says itself, and what the headers say, which come first where both do. */
export function withHubLinks(wishes: PollWishes | null, links: HubLinks): PollWishes | null {
  if (links.hubUrl === null && links.selfUrl === null) return wishes;
  const own = wishes ?? { ttlMs: null, skipHours: [], ...NO_LINKS };
  return {
    ...own,
    hubUrl: links.hubUrl ?? own.hubUrl,
    selfUrl: links.selfUrl ?? own.selfUrl,
  };
}
