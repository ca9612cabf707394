import { readFileSync } from 'node:fs';
import type { Picture } from './pictures.ts';

export interface SamplePicture {
  readonly id: string;
  /** Shown on the sandbox page. */
  readonly label: string;
  readonly alt: string;
  /** What the codes on it say: cards of `SANDBOX_CARDS`, or their dynamic codes. */
  readonly codes: readonly string[];
}

/** The pictures in `pictures/`, which `node test/browser/sample-pictures.ts` draws. */
export const SAMPLE_PICTURES: readonly SamplePicture[] = [
  {
    id: 'phone',
    label: '顾客手机上的码',
    alt: '照片：顾客手机屏幕上的动态核销码',
    codes: ['286104937502'],
  },
  {
    id: 'card',
    label: '卡背面的条码',
    alt: '照片：斜放在桌上的次卡，背面有条码',
    codes: ['914095353294404024'],
  },
  {
    id: 'two-cards',
    label: '两张卡一起拍',
    alt: '照片：桌上两张次卡，各有一个二维码',
    codes: ['914095353294404024', '914095353294405137'],
  },
  {
    id: 'expired',
    label: '过期的卡',
    alt: '截图：一张已过期次卡的二维码',
    codes: ['914095353294406241'],
  },
  {
    id: 'no-code',
    label: '没有码的照片',
    alt: '照片：次卡的正面，上面没有码',
    codes: [],
  },
];

/** Reads the sample pictures. Throws when one is missing. */
export function readSamplePictures(): ReadonlyMap<string, Picture> {
  return new Map(SAMPLE_PICTURES.map(({ id, alt }) => [id, { alt, bytes: readSample(id) }]));
}

function readSample(id: string): Uint8Array {
  return readFileSync(new URL(`pictures/${id}.jpg`, import.meta.url));
}
