import type { SettingName } from '../../../config/settings.ts';
import { copyable } from '../../../pages/copy.ts';
import { html, type Html } from '../../../pages/html.ts';
import type { Language, Text } from '../../../pages/text.ts';
import type { SetupView } from '../../ports.ts';
import { WAYS, type Way, type WayId } from '../../ways.ts';
import { copyWords } from '../words.ts';

/** What to click and what to paste, for one way to reach the people of a platform. */
export interface Guide {
  /** Of the way, beside others of the same platform. */
  readonly name: Text;
  /** What speaks for it and against it. */
  readonly about: Text;
  /** What is done before its values can be typed in. */
  readonly before: (values: GuideValues) => readonly Said[];
  /** What is done in the platform's console while it listens, up to the first message. */
  readonly after: (values: GuideValues) => readonly Said[];
  /** What may be in the way when nothing comes. */
  readonly troubles: readonly { readonly seen: Text; readonly todo: Text }[];
}

/** Markup in each language. */
export type Said = Readonly<Record<Language, Html>>;

export interface GuideValues {
  /** A value with its button to copy it. */
  readonly copy: (value: string) => Html;
  /** A value that was made here, or is known, with its button; a dash where there is none yet. */
  readonly value: (name: SettingName) => Html;
  /** The address of the callbacks, with its button. */
  readonly callbackUrl: Html;
  /** The setting of nginx that lets the callbacks through, with its button. */
  readonly proxyLine: Html;
}

/** What is known of the values of a way, as a guide shows it. `origin` is where the service listens. */
export function guideValues(view: SetupView, way: Way, origin: string, language: Language): GuideValues {
  const copy = (value: string) => copyable(value, '', copyWords(language));
  const address = callbackAddress(view, way);
  return {
    copy,
    value: (name) => {
      const { text = null, ends = null } = view.values[name] ?? {};
      if (text !== null && text !== '') return copyable(text, labelOf(name), copyWords(language));
      return ends === null
        ? html`—`
        : html`<code>••••${ends}</code>
            ${language === 'zh' ? '（后台里已经填过，不用改）' : '(is in the console already, and stays)'}`;
    },
    callbackUrl: address === null ? html`—` : copyable(address, 'URL', copyWords(language)),
    proxyLine: copy(`location = ${way.path ?? '/'} { proxy_pass ${origin}; }`),
  };
}

/** Where the platform sends its callbacks; null as long as the public address is not known. */
export function callbackAddress({ values }: SetupView, { path }: Way): string | null {
  const base = values.PUBLIC_URL?.text ?? '';
  return path === null || base === '' ? null : `${base.replace(/\/$/u, '')}${path}`;
}

export const wayOf = (id: WayId): Way => WAYS.find((way) => way.id === id) ?? WAYS[0];

const labelOf = (name: SettingName) =>
  name.endsWith('AES_KEY') ? 'EncodingAESKey' : name.endsWith('TOKEN') ? 'Token' : '';
