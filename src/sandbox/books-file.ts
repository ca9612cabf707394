import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../private-files.ts';
import type { SandboxCard } from './cards.ts';
import type { Books } from './vendor-books.ts';
import { parseJson } from './wecom-responses.ts';

const Saved = z.object({ balances: z.record(z.string(), z.number().int().nonnegative()) });
type Saved = z.infer<typeof Saved>;

/** What the simulated vendor remembers between two starts: the times left on its cards. */
export interface BooksFile {
  /** The cards with the times that were left on them. */
  readonly cards: readonly SandboxCard[];
  /** Where the ledger went that this vendor knows nothing of; null where it still has its books. */
  readonly setAside: string | null;
  /** On disk when it returns: what was taken off a card is never on it again. */
  readonly save: (books: Pick<Books, 'balance'>) => void;
}

/**
 * Opens the books in `dataDir`, beside the ledger that the service keeps there. Where they are lost the cards begin
 * anew, and so must the ledger: its unknowns would be compared with times that were never theirs.
 */
export function openBooksFile(dataDir: string, cards: readonly SandboxCard[], now: () => number): BooksFile {
  const path = join(dataDir, 'vendor-books.json');
  const saved = read(path);
  const setAside = saved === null ? setLedgerAside(dataDir, now()) : null;
  const file: BooksFile = {
    cards: cards.map((card) => ({ ...card, balance: saved?.balances[card.card] ?? card.balance })),
    setAside,
    save: (books) =>
      write(path, {
        balances: Object.fromEntries(cards.map(({ card, balance }) => [card, books.balance(card) ?? balance])),
      }),
  };
  // Not over the books of a service that is running: this one will not get its ledger.
  if (saved === null) file.save({ balance: () => undefined });
  return file;
}

/** Null where there are none, or none that can be read. */
function read(path: string): Saved | null {
  if (!existsSync(path)) return null;
  return Saved.safeParse(parseJson(readFileSync(path, 'utf8'))).data ?? null;
}

function write(path: string, saved: Saved): void {
  const text = `${JSON.stringify(saved, null, 2)}\n`;
  writeFileSync(`${path}.tmp`, text, { mode: PRIVATE_FILE, flush: true });
  renameSync(`${path}.tmp`, path);
}

function setLedgerAside(dataDir: string, now: number): string | null {
  const files = readdirSync(dataDir).filter((name) => name.startsWith('ledger.db'));
  if (files.length === 0) return null;
  const folder = join(dataDir, `before-${new Date(now).toISOString().replaceAll(':', '-')}`);
  mkdirSync(folder, { mode: PRIVATE_FOLDER });
  for (const name of files) renameSync(join(dataDir, name), join(folder, name));
  return folder;
}
