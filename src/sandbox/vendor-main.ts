/** The simulated vendor as a process of its own: `node src/sandbox/vendor-main.ts --port 4100 --app-id X --key Y`. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readArguments } from '../tools/arguments.ts';
import { CARD_MANNERS, DETAIL_MANNERS } from './cards.ts';
import { createChaos } from './vendor-chaos.ts';
import { startSimulatedVendor } from './vendor.ts';

const Cards = z.array(
  z.object({
    card: z.string(),
    label: z.string().default(''),
    balance: z.number().int().default(20),
    expired: z.boolean().default(false),
    manner: z.enum(CARD_MANNERS).default('normal'),
    detail: z.enum(DETAIL_MANNERS).default('shown'),
    dynamicCode: z.string().nullable().default(null),
  }),
);

const USAGE = `node src/sandbox/vendor-main.ts [options]
  --port    where it listens on 127.0.0.1; a free one unless said
  --app-id  the merchant's appId; EW_N0000000001 unless said
  --key     the merchant's key; sandbox unless said
  --cards   a file with a JSON list of cards, in place of the usual ones
  --chaos   a seed: slow and faulty at random`;

const { values } = readArguments(USAGE, {
  options: {
    port: { type: 'string', default: '0' },
    'app-id': { type: 'string', default: 'EW_N0000000001' },
    key: { type: 'string', default: 'sandbox' },
    cards: { type: 'string' },
    chaos: { type: 'string' },
  },
});

const vendor = await startSimulatedVendor({
  port: Number(values.port),
  appId: values['app-id'],
  key: values.key,
  ...(values.cards === undefined ? {} : { cards: Cards.parse(JSON.parse(readFileSync(values.cards, 'utf8'))) }),
  ...(values.chaos === undefined ? {} : { moods: createChaos(values.chaos) }),
});
process.stdout.write(`${JSON.stringify({ url: vendor.url })}\n`);
process.once('SIGTERM', () => void vendor.close());
process.once('SIGINT', () => void vendor.close());
