import type { webApi } from "@slack/bolt";
import type { Block, Reply } from "../../commands/reply.ts";
import type { Log } from "../../log.ts";
import { type Pictures, pngPictures } from "../chart-pictures.ts";
import { safeCut } from "../safe-text.ts";
import { describeFailure } from "./failure.ts";
import { SLACK_LIMITS } from "./limits.ts";

/**
 * Uploads the charts of a reply, seen by nobody until a message shows them; the ids of the files. What cannot be
 * uploaded, as without the scope files:write, is left out and told in words.
 */
export async function uploadCharts(
  client: webApi.WebClient,
  reply: Reply,
  log: Log,
): Promise<Pictures<string>> {
  const pictures = await pngPictures(reply, "light", log);
  const ids = new Map<Block, string>();
  for (const [block, picture] of pictures) {
    try {
      const id = await upload(client, picture, block.kind === "chart" ? block.alt : "");
      if (id !== null) ids.set(block, id);
    } catch (error) {
      log.warn({ problem: describeFailure(error) }, "Slack: a chart was not uploaded");
    }
  }
  return ids;
}

async function upload(
  client: webApi.WebClient,
  picture: Uint8Array,
  alt: string,
): Promise<string | null> {
  const { files } = await client.filesUploadV2({
    filename: "chart.png",
    file: Buffer.from(picture),
    alt_text: safeCut(alt, SLACK_LIMITS.altChars),
  });
  return files[0]?.files?.[0]?.id ?? null;
}
