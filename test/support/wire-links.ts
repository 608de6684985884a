/** A link as a reader sees it. */
export type ShownLink = { readonly label: string; readonly url: string };

const HOSTS = /(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}|(?:\d{1,3}\.){3}\d{1,3}/gu;

/** Whether the label shows another host than the one that the link goes to, or the link goes to no host. */
export function isMasked({ label, url }: ShownLink): boolean {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return true;
  const shown = [label, label.normalize("NFKC")].flatMap((text) => text.match(HOSTS) ?? []);
  return shown.some((name) => bareHost(`https://${name}/`) !== bareHost(url));
}

/** Null when it is no address. */
export function bareHost(url: string): string | null {
  return URL.parse(url)?.hostname.replace(/^www\./, "") ?? null;
}
