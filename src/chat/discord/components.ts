/** The few kinds of components that Sitrep sends; numbers as in https://docs.discord.com/developers/components/reference. */
export const KIND = {
  row: 1,
  button: 2,
  select: 3,
  text: 10,
  gallery: 12,
  file: 13,
  separator: 14,
  container: 17,
} as const;

/** Of a message: components v2 (1 << 15), and with no push or desktop notification (1 << 12). */
export const FLAG = { components: 32_768, silentComponents: 36_864 } as const;

export const BUTTON_STYLE = { primary: 1, plain: 2, danger: 4, link: 5 } as const;

export type TextDisplay = { readonly type: 10; readonly content: string };
export type Separator = { readonly type: 14; readonly divider: true; readonly spacing: 1 };
export type Gallery = {
  readonly type: 12;
  readonly items: readonly {
    readonly media: { readonly url: string };
    /** Read aloud instead of the picture. */
    readonly description: string;
  }[];
};
export type FileDisplay = { readonly type: 13; readonly file: { readonly url: string } };
export type CommandButton = {
  readonly type: 2;
  readonly style: 1 | 2 | 4;
  readonly label: string;
  readonly custom_id: string;
};
export type LinkButton = {
  readonly type: 2;
  readonly style: 5;
  readonly label: string;
  readonly url: string;
};
export type Select = {
  readonly type: 3;
  readonly custom_id: string;
  readonly placeholder: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
};
export type Row = {
  readonly type: 1;
  readonly components: readonly (CommandButton | LinkButton)[] | readonly [Select];
};
export type Container = {
  readonly type: 17;
  readonly components: readonly (TextDisplay | Separator | Gallery | FileDisplay | Row)[];
};

/** A message as it is sent: components v2 and nothing else. */
export type DiscordBody = {
  readonly flags: (typeof FLAG)[keyof typeof FLAG];
  readonly components: readonly (TextDisplay | Container)[];
  readonly allowed_mentions: { readonly parse: readonly []; readonly roles?: readonly [string] };
  /** For a post: the delivery's key, so that the same one is not made twice. */
  readonly nonce?: string;
  readonly enforce_nonce?: true;
  /** Files of an answer, sent beside the body. */
  readonly attachments?: readonly { readonly id: number; readonly filename: string }[];
};

/** All components of a tree, each once. */
export function countComponents(components: readonly unknown[]): number {
  let count = 0;
  for (const component of components) {
    count += 1 + countComponents(nested(component));
  }
  return count;
}

/** Whether some button or menu in a tree carries a delivery's key. Reads messages as the platform returns them. */
export function carriesKey(components: unknown, key: string): boolean {
  if (!Array.isArray(components)) return false;
  return components.some((component: unknown) => {
    const id: unknown = Reflect.get(Object(component), "custom_id");
    if (typeof id === "string" && id.startsWith(`${key}|`)) return true;
    return carriesKey(nested(component), key) || carriesKey(accessory(component), key);
  });
}

function nested(component: unknown): readonly unknown[] {
  const inner: unknown = Reflect.get(Object(component), "components");
  return Array.isArray(inner) ? inner : [];
}

function accessory(component: unknown): readonly unknown[] {
  const inner: unknown = Reflect.get(Object(component), "accessory");
  return inner === undefined ? [] : [inner];
}
