/** Who we are on the network, and where somebody who minds finds us: the public address, when there is one. */
export function userAgentOf(publicUrl: string | null): string {
  return `Sitrep/0.1 (self-hosted feed reader${publicUrl === null ? "" : `; +${publicUrl}`})`;
}
