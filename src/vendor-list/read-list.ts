import { createHash } from 'node:crypto';
import type { ListRead, NotAList } from '../redemption/vendor-list.ts';
import { readCsv } from './csv.ts';
import { listOf } from './rows.ts';
import { Unreadable } from './unreadable.ts';
import { readXlsx } from './xlsx.ts';

const ZIP = Buffer.from('504b0304', 'hex');
/** What other programs write, and Excel before 2007 and where there is a password. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const PASSWORD = Buffer.from('EncryptedPackage', 'utf16le');
const OTHERS = ['25504446', '89504e47', 'ffd8ff', '47494638', '52494646', '526172211a07', '377abcaf271c', '1f8b'].map(
  (magic) => Buffer.from(magic, 'hex'),
);

/** Reads a list out of the vendor's books, xlsx or text. Never throws. */
export function readList(bytes: Buffer): ListRead {
  try {
    const isWorkbook = startsWith(bytes, ZIP);
    const why = judge(bytes);
    if (why !== null) return { kind: 'not-a-list', why };
    const { tables, epoch } = isWorkbook ? readXlsx(bytes) : { tables: [readCsv(bytes)], epoch: 1900 as const };
    const list = listOf(tables, epoch);
    if (list.total === 0) return { kind: 'not-a-list', why: 'empty' };
    return { kind: 'list', list, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    return { kind: 'not-a-list', why: error instanceof Unreadable ? error.why : 'damaged' };
  }
}

function judge(bytes: Buffer): NotAList | null {
  if (bytes.length === 0) return 'empty';
  if (startsWith(bytes, COMPOUND)) return bytes.includes(PASSWORD) ? 'password' : 'old-excel';
  return OTHERS.some((magic) => startsWith(bytes, magic)) ? 'no-table' : null;
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}
