import type { SettingName } from '../../config/settings.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import type { SetupView, ShownValue } from '../ports.ts';
import { WAYS, type Way } from '../ways.ts';

/** The settings and the people that go into files, and into which. No secret is shown but for its end. */
export function showWhatIsWritten(
  { vendor, way, values, people, robots, places }: SetupView,
  language: Language,
): Html {
  const say = (text: Text) => text[language];
  const { asks, mayAsk, makes, fixes, rulesOut, address } = wayOf(way);
  const names = [...asks, ...mayAsk, ...makes, ...(address === null ? [] : [address])];
  const settings: [string, string][] = [
    ['LIANTUOFU_APP_ID', vendor.appId],
    ['LIANTUOFU_KEY', hidden(vendor.keyEnds)],
    ['LIANTUOFU_URL', vendor.url],
    ...names.map((name): [string, string] => [name, shown(name, values[name])]),
    ...Object.entries(fixes),
  ];
  const counts = {
    zh: `${people.stores.length} 家门店，${people.staff.length} 个人，${robots.length} 个群机器人`,
    en: `${people.stores.length} stores, ${people.staff.length} people, ${robots.length} group robots`,
  };
  return html`<details>
    <summary>${say({ zh: '会写到哪里', en: 'What is written, and where' })}</summary>
    <p>
      <code>${places.dotenv}</code>${say({
        zh: '：下面这几项；原来的注释和顺序不动，原文件留一份备份，只有自己的账号能读。',
        en: ': the settings below. Comments and order stay, the former file is kept beside it, and only your account can read it.',
      })}
    </p>
    <ul>
      ${settings
        .filter(([, value]) => value !== '')
        .map(([name, value]) => html`<li><code>${name}</code> ${value}</li>`)}
      ${rulesOut.map(
        (name) =>
          html`<li><code>${name}</code> ${say({ zh: '（如果有就去掉）', en: '(taken out if it is there)' })}</li>`,
      )}
    </ul>
    <p>
      ${say({ zh: '人员对照表', en: 'The mapping' })}
      ${
        places.mapping === null
          ? html`（${say({ zh: '在 DATABASE_URL 的数据库里', en: 'in the database of DATABASE_URL' })}）`
          : html`<code>${places.mapping}</code>`
      }${say({ zh: '：', en: ': ' })}${say(counts)}
    </p>
  </details>`;
}

const NO_WAY = { asks: [], mayAsk: [], makes: [], fixes: {}, rulesOut: [], address: null };

function wayOf(id: SetupView['way']): Omit<Way, 'id' | 'platform' | 'by' | 'path'> {
  return WAYS.find((way) => way.id === id) ?? NO_WAY;
}

const hidden = (ends: string | null) => (ends === null ? '' : `••••${ends}`);

/** Values that were made here are as good as keys as well. */
function shown(name: SettingName, value: ShownValue | undefined): string {
  if (value === undefined) return '';
  const isKey = /TOKEN|KEY|SECRET/u.test(name);
  return value.text === null || value.text === '' || isKey
    ? hidden(value.ends ?? (value.text?.slice(-4) || null))
    : value.text;
}
