import type { Block, Reply } from "../../commands/reply.ts";
import type { Pictures } from "../chart-pictures.ts";

/** A file that goes with an answer. */
export type Attachment = {
  readonly name: string;
  readonly data: string | Buffer;
  readonly contentType: string;
  /** What it shows, in words; null for a file that is no picture. */
  readonly alt: string | null;
};

/** What goes with an answer: its files and the pictures of its charts, in the order of its blocks. */
export function attachmentsOf(reply: Reply, pictures: Pictures<Uint8Array>): readonly Attachment[] {
  return reply.blocks.flatMap((block, index): readonly Attachment[] => {
    if (block.kind === "file") {
      const name = fileName(block.name);
      return [{ name, data: block.content, contentType: block.mediaType, alt: null }];
    }
    const picture = pictures.get(block);
    if (picture === undefined) return [];
    const data = Buffer.from(picture);
    return [{ name: `chart-${index}.png`, data, contentType: "image/png", alt: altOf(block) }];
  });
}

function altOf(block: Block): string {
  return block.kind === "chart" ? block.alt : "";
}

/** A file's name as Discord keeps it. */
function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 80) || "file";
}
