import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';
import type { Row } from './cases/case.ts';
import { PINNED } from './process.ts';
import type { Spread } from './stats.ts';

const START = '<!-- bench:start, written by `npm run bench -- --write-docs` -->';
const END = '<!-- bench:end -->';

export interface Report {
  readonly at: string;
  readonly command: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  /** Cases whose run gave no figures, and why. */
  readonly failures: readonly string[];
}

/** What the figures depend on, besides the code. */
export function describeMachine(): Record<string, string> {
  return {
    processor: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${type()} ${release()}`,
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? '',
    commit: commit(),
    cores: PINNED ? 'server on one, load and vendor on another' : 'not pinned',
  };
}

/** The table as Markdown, which is also what the terminal shows. */
export function tableOf({ rows, failures }: Pick<Report, 'rows' | 'failures'>): string {
  const head = [
    'case',
    'req/s',
    'reference',
    'ratio (range)',
    'p50 / p99 ms',
    'CPU µs',
    'RSS MB',
    'goal',
    'met',
    'found',
  ];
  const lines = rows.map(cells);
  const widths = head.map((title, column) =>
    Math.max(...[head, ...lines].map((line) => (line[column] ?? title).length)),
  );
  const format = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const table = [format(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines.map(format)];
  return [...table, ...(failures.length === 0 ? [] : ['', ...failures.map((failure) => `- ${failure}`)])].join('\n');
}

function cells({ name, figures, reference, ratio, idleRssMb, loadedRssMb, goal, met, found }: Row): string[] {
  return [
    name,
    figures === null ? '' : whole(figures.perSecond),
    reference === null ? '' : whole(reference.perSecond),
    ratio === null ? '' : ratioText(ratio),
    figures === null ? '' : `${figures.p50.toFixed(1)} / ${figures.p99.toFixed(1)}`,
    figures === null ? '' : [figures.cpuUs, reference?.cpuUs].map((us) => (us ? whole(us) : '–')).join(' / '),
    [idleRssMb, loadedRssMb]
      .map((mb) => (mb ? whole(mb) : ''))
      .join(' → ')
      .replace(/^ → $| → $/u, ''),
    goal,
    met === null ? '–' : met ? 'yes' : '**no**',
    found,
  ];
}

function ratioText({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** Writes everything as JSON; returns the path. */
export async function writeJson(folder: string, report: Report): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${report.at.replaceAll(':', '-')}.json`);
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
  return path;
}

/** Puts the table between the two marks in a document. Throws when they are not there. */
export async function writeDocs(path: string, report: Report): Promise<void> {
  const text = await readFile(path, 'utf8');
  const [from, to] = [text.indexOf(START), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table`);
  const machine = Object.entries(report.machine).map(([name, value]) => `- ${name}: ${value}\n`);
  const block = `${report.at.slice(0, 10)}, \`${report.command}\`\n\n${machine.join('')}\n${tableOf(report)}`;
  const whole = `${text.slice(0, from)}${START}\n\n${block}\n\n${text.slice(to)}`;
  await writeFile(path, await format(whole, { ...(await resolveConfig(path)), filepath: path }));
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
