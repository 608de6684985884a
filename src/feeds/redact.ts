/** An address as it may be shown: without user and password, and without what is named like a secret. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return url.replace(/\/\/[^/?#]*@/, "//");
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  for (const name of parsed.searchParams.keys()) {
    if (SECRET.test(name)) parsed.searchParams.set(name, "redacted");
  }
  return parsed.href;
}

const SECRET =
  /^(access_?token|api_?key|auth|key|pass(word)?|private_?token|secret|sig(nature)?|token)$/i;
