/** Writes `.env.example` from the schema of the settings. */
import { describeSettings, type DescribedSetting, type SettingName } from '../src/config/settings.ts';
import { WAYS, type Way } from '../src/setup/ways.ts';

const WIDTH = 100;

const HEAD = [
  'Every setting, with what holds when it is absent. Written by `npm run docs:settings`.',
  'The page at /setup fills in a file like this one. By hand: cp .env.example .env, chmod 600 .env, take the "# " in front of',
  'what you set away. What the environment sets wins.',
];

/** Settings that stand together, by how their names begin; what is none of these stands in the first group. */
const GROUPS: readonly { readonly title: string; readonly begins: readonly string[] }[] = [
  { title: 'The service', begins: [] },
  { title: 'The vendor (联拓富): both are needed for live', begins: ['LIANTUOFU_'] },
  { title: 'WeCom (企业微信)', begins: ['WECOM_'] },
  { title: 'DingTalk (钉钉)', begins: ['DINGTALK_'] },
  { title: 'Feishu (飞书)', begins: ['FEISHU_'] },
];

/** The whole file. */
export function envExample(): string {
  const groups = GROUPS.map(({ title, begins }, index) => {
    const settings = describeSettings().filter(({ name }) => groupOf(name) === index);
    const ways = WAYS.filter((way) => begins.includes(`${way.platform.toUpperCase()}_`)).flatMap(needs);
    return [`# ${title}`, ...ways, '', ...settings.flatMap(linesOf)].join('\n');
  });
  return `${comment(HEAD.join(' '))}\n\n${groups.join('\n').trimEnd()}\n`;
}

function groupOf(name: SettingName): number {
  return Math.max(
    0,
    GROUPS.findIndex(({ begins }) => begins.some((begin) => name.startsWith(begin))),
  );
}

/** What a way takes. */
function needs({ by, path, asks, makes, fixes }: Way): string[] {
  const set = Object.entries(fixes).map(([name, value]) => `${name}=${value}`);
  const how = by === 'connection' ? 'By a connection of its own' : `By callbacks to ${path ?? ''}`;
  return [comment(`${how}: ${[...asks, ...makes, ...set].join(', ')}.`)];
}

function linesOf({ name, absent, meaning, unit }: DescribedSetting): string[] {
  const said = meaning.replace(/\[([^\]]*)\]\([^)]*\)/gu, '$1').replace(/[`_]{1}(?=\W|$)|(?<=\W|^)[`_]/gu, '');
  return [comment(unit === undefined ? said : `${said} In ${unit}.`), `# ${name}=${absent}`, ''];
}

/** Comment lines that are no longer than a screen is wide; a Chinese sign is as wide as two letters. */
function comment(text: string): string {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    const next = `${line} ${word}`;
    if (widthOf(next) > WIDTH && line !== '#') {
      lines.push(line);
      line = `# ${word}`;
    } else line = next;
  }
  return [...lines, line].join('\n');
}

function widthOf(text: string): number {
  return Array.from(text).reduce((width, sign) => width + (/\p{Script=Han}/u.test(sign) ? 2 : 1), 0);
}
