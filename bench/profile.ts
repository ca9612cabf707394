import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const SHOWN = 30;

const Profile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

type Profile = z.infer<typeof Profile>;

/** For each thread that left a profile in the folder: which packages and which functions its time went to. */
export async function summarizeProfiles(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.cpuprofile'));
  const texts = files.map(async (file) => {
    const profile = Profile.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
    return `\n${file}\n${summarize(profile)}`;
  });
  return (await Promise.all(texts)).join('');
}

function summarize({ nodes, samples, timeDeltas }: Profile): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byPackage = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const us = timeDeltas[index] ?? 0;
    if (frame === undefined || ['(idle)', '(root)'].includes(frame.functionName)) continue;
    busy += us;
    const owner = packageOf(frame.url, frame.functionName);
    add(byPackage, owner, us);
    add(byFunction, `${frame.functionName || '(anonymous)'} ${shorten(frame.url)}:${frame.lineNumber + 1}`, us);
  }
  const part = (entries: Map<string, number>, most: number) =>
    [...entries]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([name, us]) => `  ${((100 * us) / busy).toFixed(1).padStart(5)} %  ${name}`)
      .join('\n');
  return `busy ${(busy / 1e6).toFixed(1)} s\n${part(byPackage, SHOWN)}\n\n${part(byFunction, SHOWN)}\n`;
}

function packageOf(url: string, functionName: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native code';
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  return url.startsWith('node:') ? url : shorten(url).split('/').slice(0, 3).join('/');
}

function shorten(url: string): string {
  return url.replace(/^.*node_modules\//u, '').replace(/^file:.*\/(?=src\/|bench\/)/u, '');
}

function add(totals: Map<string, number>, name: string, us: number): void {
  totals.set(name, (totals.get(name) ?? 0) + us);
}
