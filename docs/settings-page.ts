/** Writes `docs/settings.md` and `.env.example` from the schema of the settings: `npm run docs:settings`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describeSettings } from '../src/config/settings.ts';
import { envExample } from './env-example.ts';

const PAGE = fileURLToPath(new URL('settings.md', import.meta.url));

const EXAMPLE = fileURLToPath(new URL('../.env.example', import.meta.url));

const HEAD = `# Settings

<!-- Written by \`npm run docs:settings\` from src/config/settings.ts. -->

Settings come from the environment or from \`.env\` in the working directory; the environment wins. The service does not
start, and lists all problems at once, when a channel is half set, a value is malformed, a \`LIANTUOFU_…\`, \`WECOM_…\`,
\`DINGTALK_…\`, \`FEISHU_…\` or \`CONFIRM_…\` name is unknown, or a name is one slip away from a setting (\`DATABASE_URI\`, \`LOGLEVEL\`,
\`ADMIN\`; in \`.env\`, which is for this program, two slips). With \`NODE_ENV=production\` the sandbox never starts.

\`.env\` holds keys: \`chmod 600 .env\`. Where all accounts of the machine can read it, the start takes that right away if it
may, and warns. The file has to be UTF-8.
`;

/** The whole page, formatted as the repository's other pages are. */
export async function settingsPage(): Promise<string> {
  const rows = describeSettings().map(
    ({ name, absent, meaning, unit }) =>
      `| \`${name}\` | ${absent === '' ? '–' : `\`${absent}\``} | ${unit ?? '–'} | ${meaning} |`,
  );
  const table = ['| Setting | Default | Unit | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
  return format(`${HEAD}\n${table}\n`, { ...(await resolveConfig(PAGE)), filepath: PAGE });
}

if (import.meta.main) {
  await writeFile(PAGE, await settingsPage());
  await writeFile(EXAMPLE, envExample());
}
