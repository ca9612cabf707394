import process from 'node:process';
import { createPictureReader } from '../../src/pictures/reader.ts';
import { corpus, REQUIRED, type Sample } from '../../test/pictures/corpus/corpus.ts';
import { percentile } from '../stats.ts';
import { NO_FIGURES, type Case, type Row } from './case.ts';

const LEAST_READ = 0.95;
const P95_MS = 1_000;

interface Read {
  readonly sample: Sample;
  readonly texts: readonly string[];
  readonly ms: number;
  readonly cpuMs: number;
}

/** How many codes of the corpus are read, whether anything is read that is not there, and how long that takes. */
export const pictures: Case = {
  name: 'pictures',
  async run({ rounds, quick }) {
    const reads = await readAll(corpus({ each: quick ? 1 : rounds }));
    const shots = reads.filter(({ sample }) => sample.condition === 'screenshot');
    const photos = reads.filter(({ sample }) => REQUIRED.has(sample.condition) && sample.condition !== 'screenshot');
    const harder = reads.filter(({ sample }) => !REQUIRED.has(sample.condition) && sample.texts.length > 0);
    return [
      share('pictures: phone screenshots', shots, LEAST_READ),
      share('pictures: photographs, tilt ≤ 15°', photos, LEAST_READ),
      share('pictures: harder photographs', harder, null),
      wrong(reads),
      time(reads),
    ];
  },
};

async function readAll(samples: readonly Sample[]): Promise<readonly Read[]> {
  const reader = createPictureReader();
  const reads: Read[] = [];
  for (const sample of samples) {
    const bytes = await sample.make();
    const cpu = process.cpuUsage();
    const began = performance.now();
    const read = await reader.read(bytes);
    const ms = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    reads.push({ sample, texts: read.kind === 'codes' ? read.texts : [], ms, cpuMs: (user + system) / 1_000 });
  }
  await reader.close();
  return reads;
}

/** Whether the code was read; that nothing else was is another row's matter. */
const isRead = ({ sample, texts }: Read) => texts.some((text) => sample.texts.includes(text));

function share(name: string, reads: readonly Read[], least: number | null): Row {
  const read = reads.filter(isRead).length;
  const missed = Map.groupBy(
    reads.filter((each) => !isRead(each)),
    ({ sample }) => `${sample.condition} ${sample.format}`,
  );
  const found = [
    `${read} of ${reads.length} read`,
    ...[...missed].map(([what, { length }]) => `not ${length} × ${what}`),
  ];
  const goal = least === null ? 'report' : `≥ ${least * 100} % read`;
  return {
    ...NO_FIGURES,
    name,
    goal,
    met: least === null ? null : read >= least * reads.length,
    found: found.join('; '),
  };
}

function wrong(reads: readonly Read[]): Row {
  const strays = reads.flatMap(({ sample, texts }) => texts.filter((text) => !sample.texts.includes(text)));
  const without = reads.filter(({ sample }) => sample.texts.length === 0).length;
  const found = `${strays.length} in ${reads.length} pictures, ${without} of them without a code`;
  return { ...NO_FIGURES, name: 'pictures: wrong texts', goal: 'none', met: strays.length === 0, found };
}

function time(reads: readonly Read[]): Row {
  const words = (values: readonly number[]) =>
    [0.5, 0.95, 1].map((part) => percentile(values, part).toFixed(0)).join(' / ');
  const times = reads.map(({ ms }) => ms);
  const found = `p50 / p95 / longest ${words(times)} ms, of a processor ${words(reads.map(({ cpuMs }) => cpuMs))} ms`;
  return {
    ...NO_FIGURES,
    name: 'pictures: time',
    goal: `p95 ≤ ${P95_MS} ms`,
    met: percentile(times, 0.95) <= P95_MS,
    found,
  };
}
