import { deflateSync } from 'node:zlib';
import type { CodesRead, NotRead } from '../../src/redemption/shown.ts';
import { seededRandom } from '../../src/sandbox/seeded-random.ts';
import { enlarge, jpegOf, pngChunk, pngHeader, pngOf, pngWith, symbolOf } from '../support/pictures.ts';
import { animatedWebp, jpegSegment, riff, vp8x } from './formats.ts';

export const CARD = '914095353294404024';

/** A picture that is not what it should be, and what must come of it. */
export interface Hostile {
  readonly name: string;
  readonly comesTo: NotRead | CodesRead;
  readonly make: () => Promise<Uint8Array> | Uint8Array;
}

const code = () => enlarge(symbolOf(CARD, 'qr'), 8, 8, 40);
const read: CodesRead = { kind: 'codes', texts: [CARD] };
const nothing: CodesRead = { kind: 'codes', texts: [] };

const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const brand = (name: string, compatible: string) => latin1(`\0\0\0\x18ftyp${name}\0\0\0\0${compatible}rest of it`);
const zeros = (length: number) => deflateSync(new Uint8Array(length), { level: 9 });
/** A JPEG without what stands before its frame header, and with `head` instead. */
const withHead = (jpeg: Uint8Array, head: Uint8Array) =>
  Uint8Array.from(Buffer.concat([jpeg.subarray(0, 2), head, jpeg.subarray(2)]));

function withSize(jpeg: Uint8Array, width: number, height: number): Uint8Array {
  const lying = Buffer.from(jpeg);
  const frame = lying.indexOf(Buffer.of(0xff, 0xc0));
  lying.writeUInt16BE(height, frame + 5);
  lying.writeUInt16BE(width, frame + 7);
  return Uint8Array.from(lying);
}

/** What need not be decoded to be known for what it is. */
export const KNOWN_BY_THEIR_HEADERS: readonly Hostile[] = [
  { name: 'no bytes', comesTo: 'not-a-picture', make: () => new Uint8Array(0) },
  { name: 'one byte', comesTo: 'not-a-picture', make: () => Uint8Array.of(0xff) },
  {
    name: 'random bytes',
    comesTo: 'not-a-picture',
    make() {
      const random = seededRandom('random bytes');
      return Uint8Array.from({ length: 200_000 }, () => random.int(0, 255));
    },
  },
  {
    name: 'SVG with entities',
    comesTo: 'not-a-picture',
    make: () => latin1('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>'),
  },
  {
    name: 'GIF',
    comesTo: 'not-a-picture',
    make: () => latin1('GIF89a\x10\0\x10\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0;'),
  },
  { name: 'TIFF', comesTo: 'not-a-picture', make: () => latin1('II*\0\x08\0\0\0') },
  { name: 'BMP', comesTo: 'not-a-picture', make: () => latin1('BM\x46\0\0\0\0\0\0\0\x36\0\0\0') },
  { name: 'PDF', comesTo: 'not-a-picture', make: () => latin1('%PDF-1.7\n') },
  { name: 'AVIF', comesTo: 'not-a-picture', make: () => brand('avif', 'mif1miaf') },
  { name: 'AVIF under another name', comesTo: 'not-a-picture', make: () => brand('mif1', 'avifmiaf') },
  { name: 'a video', comesTo: 'not-a-picture', make: () => brand('isom', 'mp41avc1') },
  { name: 'a web page instead of a picture', comesTo: 'not-a-picture', make: () => latin1('{"errcode":40007}') },
  { name: 'HEIC', comesTo: 'heic', make: () => brand('heic', 'mif1heic') },
  { name: 'HEIC as iPhones name it since', comesTo: 'heic', make: () => brand('mif1', 'heicmiaf') },
  { name: 'HEIC with ten bits', comesTo: 'heic', make: () => brand('heix', 'mif1heix') },
  { name: 'a JPEG with 50 MB of rubbish', comesTo: 'too-large', make: async () => withRubbish(50_000_000) },
  { name: 'a byte too many', comesTo: 'too-large', make: () => new Uint8Array(10_000_001) },

  {
    name: 'PNG of 30,000 × 30,000',
    comesTo: 'too-many-pixels',
    make: () => pngWith(pngHeader(30_000, 30_000), pngChunk('IDAT', zeros(900_000))),
  },
  {
    name: 'PNG of 12,000 × 12,000',
    comesTo: 'too-many-pixels',
    make: () => pngWith(pngHeader(12_000, 12_000), pngChunk('IDAT', zeros(900_000))),
  },
  {
    name: 'PNG of 10,001 × 10',
    comesTo: 'too-many-pixels',
    make: () => pngWith(pngHeader(10_001, 10), pngChunk('IDAT', zeros(100_020))),
  },
  {
    name: 'PNG of 5,001 × 5,000',
    comesTo: 'too-many-pixels',
    make: () => pngWith(pngHeader(5_001, 5_000), pngChunk('IDAT', zeros(10))),
  },
  {
    name: 'PNG with sides of more than 31 bits',
    comesTo: 'too-many-pixels',
    make: () => pngWith(pngHeader(0xffff_ffff, 0xffff_ffff)),
  },
  {
    name: 'PNG without width',
    comesTo: 'damaged',
    make: () => pngWith(pngHeader(0, 100), pngChunk('IDAT', zeros(10))),
  },
  {
    name: 'PNG with something before its header',
    comesTo: 'damaged',
    make: () => pngWith(pngChunk('tEXt', latin1('a\0b')), pngHeader(10, 10)),
  },
  { name: 'PNG of nothing but the first bytes', comesTo: 'damaged', make: () => latin1('\x89PNG\r\n\x1a\n') },

  {
    name: 'JPEG that says 65,500 × 65,500',
    comesTo: 'too-many-pixels',
    make: async () => withSize(await jpegOf(code()), 65_500, 65_500),
  },
  {
    name: 'JPEG of 10,001 × 1',
    comesTo: 'too-many-pixels',
    make: async () => withSize(await jpegOf(code()), 10_001, 1),
  },
  { name: 'JPEG without height', comesTo: 'damaged', make: async () => withSize(await jpegOf(code()), 100, 0) },
  {
    name: 'the first 15 bytes of a JPEG',
    comesTo: 'damaged',
    make: async () => (await jpegOf(code())).subarray(0, 15),
  },
  { name: 'JPEG of fill bytes', comesTo: 'damaged', make: () => new Uint8Array(5_000_000).fill(0xff).fill(0xd8, 1, 2) },
  {
    name: 'JPEG of segments without content',
    comesTo: 'damaged',
    make: () => latin1(`\xff\xd8${'\xff\xe0\0\x02'.repeat(500_000)}`),
  },
  {
    name: 'JPEG with a segment of impossible length',
    comesTo: 'damaged',
    make: () => latin1('\xff\xd8\xff\xe0\0\x01rest'),
  },
  {
    name: 'JPEG with two frame headers, of which the first is small',
    comesTo: 'damaged',
    make: async () => withHead(await jpegOf(code()), jpegSegment(0xc0, latin1('\x08\0\x08\0\x08\x01\x01\x11\0'))),
  },
  {
    name: 'JPEG in four inks',
    comesTo: 'not-a-picture',
    make: () =>
      Uint8Array.from(
        Buffer.concat([
          latin1('\xff\xd8'),
          jpegSegment(0xc0, latin1('\x08\0\x64\0\x64\x04\x01\x11\0\x02\x11\0\x03\x11\0\x04\x11\0')),
          jpegSegment(0xda, latin1('\x04\x01\0\x02\0\x03\0\x04\0\0\x3f\0')),
        ]),
      ),
  },

  { name: 'animated WebP', comesTo: 'not-a-picture', make: () => animatedWebp(64, 64) },
  {
    name: 'WebP that says 16,384 × 16,384',
    comesTo: 'too-many-pixels',
    make: () => riff(['VP8L', latin1('\x2f\xff\xff\xff\x0f\0\0')]),
  },
  {
    name: 'WebP that says 10,001 × 10, lossy',
    comesTo: 'too-many-pixels',
    make: () => riff(['VP8 ', latin1('\x10\0\0\x9d\x01\x2a\x11\x27\x0a\0')]),
  },
  {
    name: 'WebP whose canvas is larger than its picture',
    comesTo: 'too-many-pixels',
    make: () => riff(['VP8X', vp8x(16_000, 16_000)], ['VP8L', latin1('\x2f\x07\xc0\x01\0\0\0')]),
  },
  { name: 'WebP without a picture', comesTo: 'damaged', make: () => riff(['VP8X', vp8x(100, 100)]) },
  {
    name: 'WebP of 50,000 empty chunks',
    comesTo: 'damaged',
    make: () => riff(...Array<[string, Uint8Array]>(50_000).fill(['NONE', new Uint8Array(0)])),
  },
  {
    name: 'WebP without a start code',
    comesTo: 'damaged',
    make: () => riff(['VP8 ', latin1('\x10\0\0abc\x10\0\x10\0')]),
  },
  { name: 'WebP of nothing but the first bytes', comesTo: 'damaged', make: () => latin1('RIFF\x04\0\0\0WEBP') },
];

/** What has to be decoded first. */
export const DECODED: readonly Hostile[] = [
  { name: 'truncated JPEG', comesTo: 'damaged', make: async () => cut(await jpegOf(code())) },
  {
    name: 'truncated progressive JPEG',
    comesTo: 'damaged',
    make: async () => cut(await jpegOf(code(), 80, true), 0.2),
  },
  { name: 'truncated PNG', comesTo: 'damaged', make: () => cut(pngOf(code())) },
  {
    name: 'PNG whose content is none',
    comesTo: 'damaged',
    make: () => pngWith(pngHeader(100, 100), pngChunk('IDAT', latin1('no zlib'))),
  },
  {
    name: 'PNG with too little in it',
    comesTo: 'damaged',
    make: () => pngWith(pngHeader(1_000, 1_000), pngChunk('IDAT', zeros(1_000))),
  },
  { name: 'PNG with no content at all', comesTo: 'damaged', make: () => pngWith(pngHeader(1_000, 1_000)) },
  {
    name: 'PNG of a depth that there is not',
    comesTo: 'damaged',
    make: () => pngWith(pngHeader(10, 10, { depth: 5 }), pngChunk('IDAT', zeros(80))),
  },
  {
    name: 'WebP of a frame without data',
    comesTo: 'damaged',
    make: () => riff(['VP8 ', latin1('\x10\0\0\x9d\x01\x2a\x10\0\x10\0')]),
  },
  {
    name: 'WebP, lossless, of rubbish',
    comesTo: 'damaged',
    make: () => riff(['VP8L', latin1(`\x2f\x07\xc0\x01\0${'\xa5'.repeat(64)}`)]),
  },
  {
    name: 'JPEG with a scan before its tables',
    comesTo: 'damaged',
    make: async () => withoutTables(await jpegOf(code())),
  },
  {
    name: 'PNG that unpacks to 50 MB where 40 kB belong',
    comesTo: nothing,
    make: () => pngWith(pngHeader(200, 200), pngChunk('IDAT', zeros(50_000_000))),
  },
  { name: 'PNG with a colour profile of 50 MB', comesTo: read, make: () => withChunk('iCCP', zeros(50_000_000)) },
  { name: 'PNG with a text of 50 MB', comesTo: read, make: () => withChunk('zTXt', zeros(50_000_000)) },
  { name: 'JPEG and rubbish behind it', comesTo: read, make: async () => withRubbish(1_000_000) },
  {
    name: 'JPEG with 5,000 segments before its header',
    comesTo: read,
    make: async () =>
      withHead(await jpegOf(code()), Buffer.concat(Array<Uint8Array>(5_000).fill(jpegSegment(0xe1, latin1('more'))))),
  },
];

async function withRubbish(length: number): Promise<Uint8Array> {
  return Uint8Array.from(Buffer.concat([await jpegOf(code()), new Uint8Array(length).fill(0x5a)]));
}

const cut = (bytes: Uint8Array, share = 0.3) => bytes.slice(0, Math.round(bytes.length * share));

/** The code as PNG with one chunk more, which is a name and what is compressed. */
function withChunk(type: string, compressed: Uint8Array): Uint8Array {
  const png = Buffer.from(pngOf(code()));
  const header = 8 + 25;
  const chunk = pngChunk(type, Buffer.concat([latin1('name\0\0'), compressed]));
  return Uint8Array.from(Buffer.concat([png.subarray(0, header), chunk, png.subarray(header)]));
}

function withoutTables(jpeg: Uint8Array): Uint8Array {
  const bytes = Buffer.from(jpeg);
  for (let at = bytes.indexOf(Buffer.of(0xff, 0xdb)); at >= 0; at = bytes.indexOf(Buffer.of(0xff, 0xdb), at))
    bytes[at + 1] = 0xec;
  return Uint8Array.from(bytes);
}
