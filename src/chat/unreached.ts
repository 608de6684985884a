/** Errors of a connection that was never made: the request certainly did not arrive. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether a request that failed with this code never reached anybody, so that sending it again repeats nothing. */
export function isNeverSent(code: string | null): boolean {
  return code !== null && NEVER_SENT.has(code);
}
