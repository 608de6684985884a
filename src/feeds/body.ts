import { createHash } from "node:crypto";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";

/** More than is taken. */
export class BodyTooBig extends Error {}

/** A body could not be decompressed: it was cut off, or packed in a way that nobody asked for. */
export class BadEncoding extends Error {}

export type BodyLimits = {
  readonly wireBytesMax: number;
  readonly bodyBytesMax: number;
  /** Called once when it passes {@link LARGE_BYTES_MIN}; nothing more is taken until it resolves. */
  readonly onLarge?: () => Promise<void>;
};

/** Many documents below it may be in memory at a time. */
export const LARGE_BYTES_MIN = 250_000;

/** What came, decompressed. */
export type Body = {
  readonly bytes: Uint8Array;
  readonly wireBytes: number;
  /** Of `bytes`; made as they come, since a whole document at once would hold up this thread. */
  readonly hash: string;
};

/**
 * Reads a body to its end, decompressed. Bytes are counted as they come and as they are decompressed, so that a small
 * body that unfolds to gigabytes is dropped at the limit. Throws when a limit is passed or the encoding is unknown.
 */
export async function readBody(
  body: Readable,
  contentEncoding: string | string[] | undefined,
  limits: BodyLimits,
): Promise<Body> {
  try {
    const encoding = encodingOf(contentEncoding);
    let isLarge = false;
    const watch = async (bytes: number): Promise<void> => {
      if (isLarge || bytes < LARGE_BYTES_MIN) return;
      isLarge = true;
      await limits.onLarge?.();
    };
    const wire: Buffer[] = [];
    let wireBytes = 0;
    for await (const chunk of body) {
      const part: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
      wireBytes += part.length;
      if (wireBytes > limits.wireBytesMax) {
        throw new BodyTooBig(`it sent more than ${limits.wireBytesMax} bytes (poll.wireBytesMax).`);
      }
      wire.push(part);
      await watch(wireBytes);
    }
    const packed = Buffer.concat(wire, wireBytes);
    wire.length = 0;
    return { ...(await decompress(packed, encoding, limits.bodyBytesMax, watch)), wireBytes };
  } finally {
    body.on("error", () => undefined);
    body.destroy();
  }
}

/** Each piece costs a turn of this thread, whatever its size. */
const UNPACKING = { chunkSize: 65_536 };

type Encoding = "identity" | "gzip" | "deflate" | "br";

/** One encoding at most: a body of 262 bytes that was packed three times became a gigabyte. */
function encodingOf(header: string | string[] | undefined): Encoding {
  const names = [header ?? []]
    .flat()
    .flatMap((value) => value.split(","))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity");
  const [name] = names;
  if (name === undefined) return "identity";
  if (names.length > 1) throw new BadEncoding("its answer is compressed more than once");
  if (name === "gzip" || name === "x-gzip") return "gzip";
  if (name === "deflate" || name === "br") return name;
  throw new BadEncoding(
    `its answer is compressed as ${name.slice(0, 20)}, which was not asked for`,
  );
}

async function decompress(
  packed: Buffer,
  encoding: Encoding,
  bytesMax: number,
  watch: (bytes: number) => Promise<void>,
): Promise<Pick<Body, "bytes" | "hash">> {
  const transform = transformOf(packed, encoding);
  const hash = createHash("sha256");
  if (transform === null) {
    if (packed.length > bytesMax) throw tooBig(bytesMax);
    return { bytes: packed, hash: hash.update(packed).digest("base64url") };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  transform.end(packed);
  try {
    for await (const chunk of transform) {
      const part: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
      bytes += part.length;
      if (bytes > bytesMax) throw tooBig(bytesMax);
      hash.update(part);
      chunks.push(part);
      await watch(bytes);
    }
  } catch (error) {
    if (error instanceof BodyTooBig) throw error;
    throw new BadEncoding("its answer cannot be decompressed");
  } finally {
    transform.destroy();
  }
  return { bytes: Buffer.concat(chunks, bytes), hash: hash.digest("base64url") };
}

function tooBig(bytesMax: number): BodyTooBig {
  return new BodyTooBig(`it has more than ${bytesMax} bytes (poll.bodyBytesMax).`);
}

/** Null when there is nothing to do; some servers say gzip and send plain text. */
function transformOf(packed: Buffer, encoding: Encoding): Transform | null {
  switch (encoding) {
    case "identity":
      return null;
    case "gzip":
      return packed[0] === 0x1f && packed[1] === 0x8b ? createGunzip(UNPACKING) : null;
    case "deflate":
      // By the standard there is a zlib header; many servers leave it out.
      return ((packed[0] ?? 0) & 0x0f) === 8
        ? createInflate(UNPACKING)
        : createInflateRaw(UNPACKING);
    case "br":
      return createBrotliDecompress(UNPACKING);
  }
}
