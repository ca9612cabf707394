import { expect } from 'vitest';
import { startChild, type Child } from '../support/child.ts';

/** What `/setup/state` says, as far as tests look at it. */
export interface State {
  readonly revision: number;
  readonly world: string;
  readonly listening: {
    readonly bots: readonly { readonly state: string; readonly why: { readonly en: string } | null }[];
    readonly heard: readonly { readonly user: string }[];
  } | null;
  readonly live: { readonly state: string; readonly why: { readonly en: string } | null };
}

/** The real program, in whose setup a browser has entered. */
export interface ProgramInSetup {
  readonly child: Child;
  readonly url: string;
  readonly post: (path: string, fields: Record<string, string>) => Promise<Response>;
  /** Sends a form of the page as it is now; it has to be taken. */
  readonly fill: (path: string, fields: Record<string, string>) => Promise<void>;
  /** The markup of a page. */
  readonly page: (path: string) => Promise<string>;
  readonly state: () => Promise<State>;
  readonly until: (accept: (now: State) => boolean) => Promise<void>;
  /** Presses the last button, and waits for what comes of it. */
  readonly goLive: () => Promise<State>;
}

/** Starts it in this folder, without settings, and enters by the code that it tells. */
export async function startInSetup(dataDir: string): Promise<ProgramInSetup> {
  const child = startChild('src/main.ts', { PORT: '0', DATA_DIR: dataDir, CONFIRM_REPEAT_WITHIN_S: '0' });
  const line = await child.line((each) => each.includes('enter the code'));
  const [, url = '', code = ''] = /open (http:\S+)\/setup and enter the code ([A-Z2-9-]+)/u.exec(line) ?? [];
  let cookie = '';

  const get = (path: string) => fetch(`${url}${path}`, { headers: { cookie } });
  const post = (path: string, fields: Record<string, string>) =>
    fetch(`${url}${path}`, {
      ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) },
      headers: { origin: url, cookie },
    });
  const state = async () => (await (await get('/setup/state')).json()) as State;
  const until = (accept: (now: State) => boolean) =>
    expect.poll(async () => accept(await state()), { timeout: 30_000 }).toBe(true);
  const entered = await post('/setup/enter', { code });
  cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

  async function fill(path: string, fields: Record<string, string>): Promise<void> {
    const { revision } = await state();
    const answer = await post(path, { revision: String(revision), ...fields });
    expect([path, answer.status, answer.status === 303 ? '' : await answer.text()]).toEqual([path, 303, '']);
  }

  return {
    ...{ child, url, post, fill, state, until },
    page: async (path) => (await get(path)).text(),
    goLive: async () => {
      await fill('/setup/summary', {});
      await until(({ live }) => live.state === 'live' || live.state === 'failed');
      return state();
    },
  };
}

/** The form of one store, with this person as its manager. */
export const peopleWith = (user: string) => ({
  'stores[0].code': 'EW_N2949193145',
  'stores[0].name': '人民路店',
  'staff[0].user': user,
  'staff[0].name': '小王',
  'staff[0].employeeId': '12',
  'staff[0].store': 'EW_N2949193145',
  'staff[0].role': 'manager',
});
