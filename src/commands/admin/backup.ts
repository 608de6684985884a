import { redactUrl } from "../../feeds/redact.ts";
import { answer, heading, notice, plain } from "../answers.ts";
import { type Call, type Command, entryOf } from "../command.ts";
import type { Block } from "../reply.ts";
import { countText } from "../words.ts";

export const backupCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: null,
    name: "backup",
    about: "What this team made, as a file without secrets; for the operator also a copy of all",
    level: "admin",
    options: [],
  },
  async run(call) {
    const { now } = call;
    const content = `${JSON.stringify(await ownThings(call), null, 2)}\n`;
    return answer([
      heading("Backup"),
      ...(await copyBlocks(call)),
      plain("What this team made: topics, subscriptions, sources, mutes, verdicts, settings."),
      {
        kind: "file",
        name: `sitrep-${now.slice(0, 10)}.json`,
        mediaType: "application/json",
        content,
      },
    ]);
  },
};

/** A copy of the ledger stays on the operator's machine: it holds what is everybody's. */
async function copyBlocks(call: Call): Promise<readonly Block[]> {
  const { backups, own } = call.ports;
  if (backups === null) return [];
  const { file, bytes } = await backups.make();
  await own.noteAudit(entryOf(call, `copied the ledger to ${file}`));
  return [
    notice("good", `The whole ledger was copied to ${file} (${countText(bytes, "byte")}).`),
    { kind: "line", text: `npm run -s sitrep -- restore ${file}` },
  ];
}

async function ownThings({ ports, caller, now }: Call): Promise<object> {
  const { tenant } = caller;
  const [held, feeds, mutes, verdicts] = await Promise.all([
    ports.archive.subscriptions(tenant),
    ports.archive.feeds(),
    ports.own.mutes(tenant, now),
    ports.own.verdicts(tenant, null),
  ]);
  return {
    madeAt: now,
    topics: ports.topics
      .list()
      .filter(({ where }) => where === null)
      .map(({ id, name, about, query, threshold }) => ({ id, name, about, query, threshold })),
    subscriptions: held
      .map(({ subscription }) => subscription)
      .filter((subscription) => subscription.tenant === tenant && subscription.where === null),
    sources: feeds
      .filter(({ owners = [] }) => owners.some((owner) => owner.tenant === tenant))
      .map(({ url, name, tags, everyMs, language }) => ({
        url: redactUrl(url),
        name,
        tags,
        everyMs,
        language,
      })),
    mutes,
    verdicts,
    settings: ports.settings,
  };
}
