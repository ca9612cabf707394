import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { z } from 'zod';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const Listening = z.object({ msg: z.literal('listening'), url: z.string() });

export interface Program {
  readonly url: string;
  /** Ends it as an operator would and removes its data. Resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the real program as `npm start` does, without settings, on a free port. Rejects when it ends instead. */
export async function startProgram(): Promise<Program> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const child = spawn(process.execPath, [MAIN], {
    cwd: dataDir,
    // The tests redeem the same cards again and again.
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: dataDir, CONFIRM_REPEAT_WITHIN_S: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const listening = Listening.safeParse(JSON.parse(line));
      if (listening.success) resolve(listening.data.url);
    });
    void exited.then(() => reject(new Error(`the program ended before it listened:\n${lines.join('\n')}`)));
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(dataDir, { recursive: true });
      return child.exitCode;
    },
  };
}

/** The system's Chromium; null where there is none. */
export function findChromium(): string | null {
  const given = process.env['CHROMIUM_PATH'];
  if (given !== undefined) return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = folders.flatMap((folder) => [join(folder, 'chromium'), join(folder, 'chromium-browser')]);
  return ['/usr/bin/chromium', ...candidates].find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts it so that it keeps to itself: no updates, no sync, nothing but what a page asks for. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
