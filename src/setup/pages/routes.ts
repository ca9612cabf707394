import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import { loadAssets } from '../../pages/assets.ts';
import { Fields, readForm } from '../../pages/form.ts';
import { languageOf } from '../../pages/language.ts';
import { PAGE_HEADERS } from '../../pages/layout.ts';
import type { Text } from '../../pages/text.ts';
import type { Access, FieldProblem, Setup, Step } from '../ports.ts';
import { ASSETS, renderPage } from './frame.ts';
import { showEntry, ENTRY_TITLE } from './entry.ts';
import { showOverview, OVERVIEW_TITLE } from './overview.ts';
import type { Acted, PageContext, SetupPage } from './page.ts';

export interface SetupPagesParts {
  readonly setup: Setup;
  readonly access: Access;
  /** One a step. */
  readonly pages: Readonly<Record<Step, SetupPage>>;
}

/** A code is short, and nothing else is in the form that takes it. */
const MAX_ENTRY_BYTES = 1024;

const CHANGED: Text = {
  zh: '在别的窗口里已经改过了，这里填的没有保存。请看一看现在的内容，再填一次。',
  en: 'This was changed in another window in the meantime, so what you typed here was not saved. Look at what is there now, and fill it in again.',
};
const REFUSED: Readonly<Record<400 | 413 | 415, Text>> = {
  400: {
    zh: '表单里的文字不是 UTF-8，请重新打开这一页再填。',
    en: 'The form is not in UTF-8. Open the page anew and fill it in again.',
  },
  413: { zh: '内容太多，没有保存。', en: 'That is too much; nothing was saved.' },
  415: { zh: '这不是这一页的表单。', en: 'This is no form of this page.' },
};
const ONLY_HERE = '设置只能在运行服务的这台电脑上打开。\nThe setup opens on the machine that runs the service only.\n';

/** Adds the pages of the setup. Throws when a file of theirs is missing. */
export function addSetupRoutes(router: Router, { setup, access, pages }: SetupPagesParts): void {
  const assets = loadAssets();
  const titles = Object.fromEntries(Object.values(pages).map(({ step, title }) => [step, title])) as Record<Step, Text>;

  const onlyHere = async (ctx: Context, next: Next): Promise<void> => {
    ctx.set(PAGE_HEADERS);
    if (access.isHere(ctx.req)) await next();
    else {
      ctx.status = 403;
      ctx.body = ONLY_HERE;
    }
  };
  /** The page itself says how to enter. */
  const onlyIn = async (ctx: Context, next: Next): Promise<void> => {
    if (access.isIn(ctx.req)) await next();
    else seeOther(ctx, '/setup');
  };

  const showStep = (ctx: Context, page: SetupPage, shown: Partial<PageContext> = {}, status = 200): void => {
    const view = setup.view();
    const language = languageOf(ctx.get('Accept-Language'));
    const context = {
      view,
      language,
      typed: null,
      problems: [],
      findings: {},
      origin: `${ctx.protocol}://${ctx.host}`,
      ...shown,
    };
    ctx.status = status;
    ctx.type = 'html';
    ctx.body = renderPage({
      language,
      title: page.title,
      main: page.show(context),
      steps: { view, titles, here: page.step },
      follows: page.follows?.(view) === true ? `/setup/${page.step}` : null,
    });
  };

  const entry = (ctx: Context, code: string, problem: Text | null): void => {
    const language = languageOf(ctx.get('Accept-Language'));
    ctx.status = problem === null ? 200 : 422;
    ctx.type = 'html';
    ctx.body = renderPage({ language, title: ENTRY_TITLE, main: showEntry({ language, code, problem }), steps: null });
  };

  router.get(`${ASSETS}/:name`, onlyHere, (ctx) => {
    const asset = assets.get(String(ctx['params'].name));
    if (asset === undefined) return;
    ctx.type = asset.type;
    ctx.body = asset.text;
  });

  router.get('/setup', onlyHere, (ctx) => {
    if (!access.isIn(ctx.req)) {
      const { code } = ctx.query;
      entry(ctx, typeof code === 'string' ? code.slice(0, 64) : '', null);
      return;
    }
    const view = setup.view();
    const language = languageOf(ctx.get('Accept-Language'));
    ctx.type = 'html';
    ctx.body = renderPage({
      language,
      title: OVERVIEW_TITLE,
      main: showOverview({ view, language, titles }),
      steps: null,
    });
  });

  router.post('/setup/enter', onlyHere, async (ctx) => {
    const fields = await readForm(ctx.req, MAX_ENTRY_BYTES);
    if (typeof fields === 'number') {
      entry(ctx, '', REFUSED[fields]);
      ctx.status = fields;
      return;
    }
    const entered = access.enter(fields.one('code'));
    if (entered.kind === 'refused') {
      entry(ctx, fields.one('code').slice(0, 64), entered.why);
      return;
    }
    ctx.set('Set-Cookie', entered.cookie);
    seeOther(ctx, '/setup');
  });

  router.get('/setup/state', onlyHere, (ctx) => {
    if (!access.isIn(ctx.req)) {
      ctx.status = 401;
      ctx.body = '';
      return;
    }
    const { revision, world, listening, live, steps } = setup.view();
    ctx.body = { revision, world, steps, listening, live };
  });

  router.post('/setup/discard', onlyHere, onlyIn, async (ctx) => {
    // Read, so that only a form of ours does it.
    const fields = await readForm(ctx.req, MAX_ENTRY_BYTES);
    if (typeof fields !== 'number') await setup.discard();
    seeOther(ctx, '/setup');
  });

  for (const page of Object.values(pages)) {
    const address = `/setup/${page.step}`;
    router.get(address, onlyHere, onlyIn, (ctx) => showStep(ctx, page));

    for (const [name, act] of Object.entries(page.actions)) {
      router.post(name === '' ? address : `${address}/${name}`, onlyHere, onlyIn, async (ctx) => {
        const fields = await readForm(ctx.req);
        if (typeof fields === 'number') {
          showStep(ctx, page, { problems: [about(REFUSED[fields])] }, fields);
          return;
        }
        // What is no whole number is of no draft.
        const revision = /^\d{1,15}$/u.test(fields.one('revision')) ? Number(fields.one('revision')) : -1;
        answer(ctx, page, fields, await act(fields, setup, revision));
      });
      // A reload of what a form has shown, and a bookmark of it, lead to the page.
      if (name !== '') router.get(`${address}/${name}`, onlyHere, onlyIn, (ctx) => seeOther(ctx, address));
    }
  }

  function answer(ctx: Context, page: SetupPage, typed: Fields, acted: Acted): void {
    switch (acted.kind) {
      case 'saved':
        seeOther(ctx, `/setup/${acted.to ?? page.step}`);
        return;
      case 'changed-meanwhile':
        showStep(ctx, page, { problems: [about(CHANGED)] }, 409);
        return;
      case 'problems':
        showStep(ctx, page, { typed, problems: acted.problems }, 422);
        return;
      case 'shown': {
        const { fields, problems = [], findings = {} } = acted;
        showStep(ctx, page, { typed: fields, problems, findings }, problems.length === 0 ? 200 : 422);
      }
    }
  }
}

const about = (message: Text): FieldProblem => ({ field: '', message });

function seeOther(ctx: Context, address: string): void {
  ctx.status = 303;
  ctx.set('Location', address);
  ctx.body = '';
}
