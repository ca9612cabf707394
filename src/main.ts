import process from 'node:process';
import { run } from './run.ts';
import { helpOn } from './tools/arguments.ts';
import { settingsOrExit } from './tools/settings.ts';

const USAGE = `npm start
  without settings: the sandbox, on http://127.0.0.1:3000
  live: settings in the environment or in .env; docs/settings.md lists them all
  npm run setup leads from the one to the other, in a browser`;

helpOn(USAGE);
await run({ config: settingsOrExit(), tellsPeople: process.stdout.isTTY });
