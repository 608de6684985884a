import type { Block, Reply } from "../../src/commands/reply.ts";

/** An answer as readable text, so that a test can compare the whole of it with what a person would see. */
export function replyText(reply: Reply): string {
  const head = [
    reply.ephemeral ? "(only you)" : "(everybody)",
    ...(reply.failed ? ["FAILED"] : []),
  ];
  return [
    head.join(" "),
    ...reply.blocks.map(blockText),
    ...(reply.choices ?? []).map(({ label, command }) => `[${label}] ${command}`),
  ].join("\n");
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `# ${block.text}`;
    case "text":
      return block.text;
    case "line":
      return `> ${block.text}`;
    case "notice":
      return `${block.tone}: ${block.text}`;
    case "facts":
      return block.facts.map(([label, value]) => `${label}: ${value}`).join("\n");
    case "table":
      return [block.columns, ...block.rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
    case "reasons":
      return block.reasons
        .map(({ concept, field, quote, points }) => `+${points} ${concept} in ${field}: “${quote}”`)
        .join("\n");
    case "timeline":
      return block.entries
        .map(({ at, outlet, title, note }) =>
          [at.slice(0, 16), outlet, title, ...(note === null ? [] : [`(${note})`])].join(" · "),
        )
        .join("\n");
    case "chart":
      return [
        `chart ${block.title}`,
        ...block.series.map(({ name, values }) => `${name}: ${values.join(" ")}`),
        block.alt,
      ].join("\n");
    case "story":
      return cardText(block.card);
    case "file":
      return `file ${block.name} ${block.mediaType}\n${block.content}`;
  }
}

function cardText(card: Extract<Block, { kind: "story" }>["card"]): string {
  const also = card.outlets.length > 1 ? `, also in ${card.outlets.length - 1}` : "";
  const score = card.score === null ? "" : ` · ${card.score}`;
  return [
    `* ${card.update ? "UPDATE " : ""}${card.headline} (${card.storyId})${score}`,
    ...(card.gist === null ? [] : [`  ${card.gist}`]),
    `  ${card.firstReporter}${also} · ${card.language ?? "?"} · ${card.url ?? "no link"}`,
    ...(card.reason === null ? [] : [`  ${card.reason.concept}: “${card.reason.quote}”`]),
  ].join("\n");
}
