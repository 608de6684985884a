import { STATUS_CODES } from "node:http";
import type { RESTOptions } from "discord.js";
import { Agent, request } from "undici";

/**
 * Connections for answers. The REST client's own way opens one for every request that is under way, which under a
 * flood of commands costs more than the requests.
 */
const CONNECTIONS_MAX = 32;

type MakeRequest = RESTOptions["makeRequest"];

/** How a REST client makes its requests, over a few connections that are kept. */
export function createAnswerRequests(): {
  readonly makeRequest: MakeRequest;
  close(): Promise<void>;
} {
  const dispatcher = new Agent({ connections: CONNECTIONS_MAX });
  return {
    async makeRequest(url, init) {
      const { body, headers } = await bodyOf(init);
      const method = METHODS.find((known) => known === init.method) ?? "GET";
      const signal = init.signal ?? null;
      const answer = await request(url, { dispatcher, method, headers, body, signal });
      return {
        body: answer.body,
        arrayBuffer: () => answer.body.arrayBuffer(),
        json: () => answer.body.json(),
        text: () => answer.body.text(),
        get bodyUsed() {
          return answer.body.bodyUsed;
        },
        headers: headersOf(answer.headers),
        status: answer.statusCode,
        statusText: STATUS_CODES[answer.statusCode] ?? "",
        ok: answer.statusCode >= 200 && answer.statusCode < 300,
      };
    },
    close: () => dispatcher.destroy(),
  };
}

const METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"] as const;

type Init = Parameters<MakeRequest>[1];

/** JSON goes as it is; a form with files is laid out here, whichever kind of form it is. */
async function bodyOf(
  init: Init,
): Promise<{ readonly body: string | Buffer | null; readonly headers: Record<string, string> }> {
  const headers = Object.fromEntries(new Headers(Object(init.headers)));
  const { body } = init;
  if (body === null || body === undefined) return { body: null, headers };
  if (typeof body === "string") return { body, headers };
  const laidOut = new Response(Object(body));
  const type = laidOut.headers.get("content-type");
  if (type !== null) headers["content-type"] = type;
  return { body: Buffer.from(await laidOut.arrayBuffer()), headers };
}

function headersOf(given: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  return headers;
}
