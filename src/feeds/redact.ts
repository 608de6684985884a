/** Query parameters that let their holder in. */
const SECRET_PARAMETER =
  /^(.*[-_])?(key|apikey|token|secret|password|passwd|pwd|pass|auth|authorization|credential|credentials|signature|sig|session|sessionid|sid|jwt|code|hash)$/i;

const HIDDEN = "hidden";

/** An address as it may be shown: without user and password, and with secret parameters hidden. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return url.replace(/\/\/[^/@\s]*@/g, "//");
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  for (const name of new Set(parsed.searchParams.keys())) {
    const words = name.replace(/([a-z])([A-Z])/g, "$1_$2");
    if (SECRET_PARAMETER.test(words)) parsed.searchParams.set(name, HIDDEN);
  }
  return parsed.href;
}
