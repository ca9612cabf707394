import type { SettingName } from '../config/settings.ts';
import { isSecret, shapeProblem, type Changes, type DraftSettings } from './draft-settings.ts';
import type { FieldProblem } from './ports.ts';
import { missingValue, overruledValue, wrongValue } from './setting-words.ts';
import type { Way } from './ways.ts';

/** What a form comes to: changes of settings, and what is wrong with it. */
export interface Read {
  readonly changes: Changes;
  readonly problems: readonly FieldProblem[];
}

export type VendorFields = Readonly<Record<'appId' | 'key' | 'url', string>>;

const VENDOR = { appId: 'LIANTUOFU_APP_ID', key: 'LIANTUOFU_KEY', url: 'LIANTUOFU_URL' } as const;

/** A key that is left empty stays what it was; an address that is left empty is the usual one. */
export function readVendor(fields: VendorFields, settings: DraftSettings): Read {
  const form = new Form(settings);
  form.need(VENDOR.appId, fields.appId, 'appId');
  form.need(VENDOR.key, fields.key, 'key');
  form.take(VENDOR.url, fields.url.trim() || null, 'url');
  return form.read();
}

/** `made`: what was made here for the way. */
export function readWay(
  way: Way,
  values: Readonly<Partial<Record<SettingName, string>>>,
  made: ReadonlyMap<SettingName, string>,
  settings: DraftSettings,
): Read {
  const form = new Form(settings);
  for (const name of way.asks) form.need(name, values[name] ?? settings.value(name) ?? '', name);
  for (const name of [...way.mayAsk, ...(way.address === null ? [] : [way.address])]) {
    const typed = values[name]?.trim();
    if (typed !== undefined && !(typed === '' && isSecret(name))) form.take(name, typed || null, name);
  }
  // No field shows these: what is wrong with them is said above the form.
  for (const [name, value] of made) form.take(name, value, '');
  for (const [name, value] of Object.entries(way.fixes)) form.take(name as SettingName, value, '');
  for (const name of way.rulesOut) form.take(name, null, '');
  return form.read();
}

class Form {
  readonly #settings: DraftSettings;
  readonly #changes = new Map<SettingName, string | null>();
  readonly #problems: FieldProblem[] = [];

  constructor(settings: DraftSettings) {
    this.#settings = settings;
  }

  /** A value that has to be there. */
  need(name: SettingName, typed: string, field: string): void {
    const value = typed.trim();
    if (value !== '') this.take(name, value, field);
    else if (!isSecret(name) || this.#settings.value(name) === null) this.#problems.push(missingValue(field));
  }

  take(name: SettingName, value: string | null, field: string): void {
    const wrong = value === null ? null : shapeProblem(name, value);
    if (wrong !== null) this.#problems.push(wrongValue(name, wrong, field));
    else if (this.#settings.isOverruled(name, value)) this.#problems.push(overruledValue(name, field));
    else if (this.#settings.value(name) !== value) this.#changes.set(name, value);
  }

  read(): Read {
    return { changes: this.#changes, problems: this.#problems };
  }
}
