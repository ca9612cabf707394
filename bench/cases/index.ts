import type { Case } from './case.ts';
import { consolePages } from './console.ts';
import { connections } from './connections.ts';
import { ECHOES } from './echo.ts';
import { footprint } from './footprint.ts';
import { growth } from './growth.ts';
import { mapping } from './mapping.ts';
import { pictures } from './pictures.ts';
import { postgres } from './postgres.ts';
import { readsBeside } from './reads-beside.ts';
import { redeem, redeemDuplicates } from './redeem.ts';
import { rush } from './rush.ts';
import { redeemSlow, trickle } from './slow.ts';
import { SOCKETS } from './socket.ts';

/** In the order of the table. */
export const CASES: readonly Case[] = [
  ...ECHOES,
  redeem,
  redeemDuplicates,
  ...SOCKETS,
  connections,
  rush,
  redeemSlow,
  trickle,
  growth,
  readsBeside,
  consolePages,
  mapping,
  footprint,
  pictures,
  postgres,
];
