/** `npm run menu`: the menu of the WeCom app: what is there, what it would become, and with `--yes` makes it so. */
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { createDownload } from '../platforms/download.ts';
import { createPlatformHttp, type PostResult } from '../platforms/http.ts';
import { createWecomApi } from '../platforms/wecom/api.ts';
import { OUR_LINES, readMenu, writeMenu } from '../platforms/wecom/app/menu.ts';
import { ERRORS } from '../platforms/wecom/errors.ts';
import { readArguments, stop } from './arguments.ts';
import { settingsOrExit } from './settings.ts';

const USAGE = `npm run menu           shows the menu of the WeCom app, and what it would become; asks before it changes anything
npm run menu -- --yes  changes it without asking`;

const { values } = readArguments(USAGE, { options: { yes: { type: 'boolean' } } });

const config = settingsOrExit();
const app = config.mode === 'live' ? config.channels.wecomApp : null;
if (app === null) stop('The app is not set up: set WECOM_CORP_ID, WECOM_APP_TOKEN and WECOM_APP_AES_KEY.');
const { corpId, agentId, secret } = app;
if (agentId === null || secret === null)
  stop('To change the menu, WeCom wants WECOM_APP_AGENT_ID and WECOM_APP_SECRET: copy both from the page of the app.');

const http = createPlatformHttp(config.proxy);
const download = createDownload({ mediaHosts: [], apiHosts: [] });
const api = createWecomApi({ url: config.wecomApiUrl, corpId, secret, http, download, now: Date.now });

const now = await readMenu(api, agentId);
if (now.kind !== 'menu') stop(explain('The menu cannot be read', now));
say(`The menu of app ${agentId} in WeCom:`);
if (now.lines.join('\n') === OUR_LINES.join('\n')) {
  say(...OUR_LINES.map((line) => `    ${line}`), 'It is as it should be; nothing to change.');
} else {
  say(
    ...now.lines.filter((line) => !OUR_LINES.includes(line)).map((line) => `  - ${line}`),
    ...OUR_LINES.map((line) => `  ${now.lines.includes(line) ? ' ' : '+'} ${line}`),
    '- would be taken out, + would be put in, in this order.',
  );
  if (values.yes === true || (await isWanted())) await change(agentId);
  else say('Nothing was changed. To change it: npm run menu -- --yes');
}
await http.close();

async function change(agent: number): Promise<void> {
  const result = await writeMenu(api, agent);
  if (result.kind === 'silence')
    stop(`${explain('It is not known whether the menu was changed', result)} Run it again.`);
  if (result.errcode !== 0) stop(explain('The menu was not changed', result));
  say('Changed. Phones show it when the chat with the app is opened again; that may take some minutes.');
}

/** Asks where there is a person to answer; else no. */
async function isWanted(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Change it? [y/N] ').catch(() => '');
  terminal.close();
  return /^y(?:es)?$/iu.test(answer.trim());
}

function explain(what: string, result: PostResult): string {
  if (result.kind === 'silence') {
    return `${what}: WeCom was not heard from (${result.cause}). Look at the network, WECOM_API_URL and HTTPS_PROXY.`;
  }
  const { errcode, errmsg } = result;
  const { remedy } = ERRORS[errcode] ?? {};
  return `${what}: WeCom says ${errcode} ${errmsg}${remedy === undefined ? '' : `\nWhat to do: ${remedy}.`}`;
}

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
