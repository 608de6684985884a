import { decode } from "./feeds/decode.ts";
import type { Fetcher } from "./feeds/fetch.ts";

/** The text of a document on the network, within the limits and past the guard that hold for feeds. */
export async function readDocument(
  fetcher: Fetcher,
  url: string,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  const request = { validators: null, accept: "*/*", mayAuthenticate: true };
  const answer = await fetcher.fetch(url, request);
  switch (answer.kind) {
    case "fetched":
      return { text: decode(answer.bytes, answer.contentType).text };
    case "unchanged":
      return { problem: "The server says that nothing changed." };
    case "failed":
    case "gone":
      return { problem: answer.problem.message };
  }
}
