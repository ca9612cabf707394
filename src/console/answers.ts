import { OPERATOR } from '../desk/operator.ts';
import type { Fields } from '../pages/form.ts';
import { html, type Html } from '../pages/html.ts';
import type { Visitor } from './page.ts';

// What is answered instead of a page: what is the matter, and what to do, in plain words.

export interface Answer {
  readonly status: number;
  readonly title: string;
  readonly main: Html;
}

const answer = (status: number, title: string, ...sentences: readonly string[]): Answer => ({
  status,
  title,
  main: html`<div class="card block">${sentences.map((sentence) => html`<p>${sentence}</p>`)}</div>`,
});

/** How people get in. */
const HOW_TO_ENTER = html`<ol class="numbered">
  <li>在和机器人的<strong>单聊</strong>里发「控制台」。</li>
  <li>在<strong>这个浏览器</strong>里打开它回的链接，点「登录」。</li>
</ol>`;
const FOR_OPERATORS = html`<p class="hint">
  在服务器上的操作员：在服务的文件夹里运行 <code>npm run console</code>，打开它给出的链接。
</p>`;

export const HOW_IN: Answer = {
  status: 200,
  title: '登录',
  main: html`<div class="card block">
    <p>不用密码：能看什么，由您在机器人那里的身份决定。</p>
    ${HOW_TO_ENTER}${FOR_OPERATORS}
  </div>`,
};

export const NOT_IN: Answer = {
  status: 401,
  title: '请先登录',
  main: html`<div class="card block">
    <p>您还没有登录，或者登录已经结束。不用密码：</p>
    ${HOW_TO_ENTER}
    <p>登录以后会回到这一页。</p>
    ${FOR_OPERATORS}
  </div>`,
};

/** A link that was used, has lapsed or never was one. */
export const DEAD_LINK: Answer = {
  status: 410,
  title: '链接不能用了',
  main: html`<div class="card block">
    <p>登录链接5分钟内有效，只能用一次；要了新的，旧的就作废。请再要一个：</p>
    ${HOW_TO_ENTER}${FOR_OPERATORS}
  </div>`,
};

export const NOT_BOUND = answer(
  403,
  '不能登录',
  '这个账号现在没有绑定门店，也不是管理员，不能登录控制台。要绑定请在机器人那里申请，或者找店长。',
);
export const SIGNED_OUT = answer(
  200,
  '已退出登录',
  '这个浏览器已经退出登录。要再进来，请在和机器人的单聊里发「控制台」。',
);
export const SIGNED_OUT_EVERYWHERE = answer(
  200,
  '已全部退出',
  '您的账号在所有浏览器里都已退出登录，没用过的登录链接也作废了。要再进来，请在和机器人的单聊里发「控制台」。',
);
export const FORBIDDEN = answer(
  403,
  '不能看',
  '按您现在的身份，不能看这一页，也不能做这一步。需要的话请找店长或管理员。',
);
export const NOT_FOUND = answer(404, '没有找到', '没有这一页或这条记录，或者您不能看它。');
export const FOREIGN = answer(
  403,
  '没有执行',
  '这一步不是从控制台的页面上提交的，所以什么都没有做。请打开控制台，在页面上重新操作。',
);
export const WRONG_METHOD = answer(
  405,
  '没有执行',
  '这个网址不能这样用，什么都没有做。请打开控制台，在页面上重新操作。',
);
/** What the service cannot do: `act` was to do something, `look` only to show something. */
export const TROUBLE = {
  failed: {
    look: answer(500, '出错了', '这一页现在打不开，请过一会儿再试；一直这样请告诉管理员。'),
    act: answer(500, '出错了', '服务出了错，这一步不一定做完了。请先打开相关的页面看一看，再决定要不要重做。'),
  },
  storage: {
    look: answer(503, '暂时打不开', '记录现在读不了，请过一会儿再试；一直这样请告诉管理员。'),
    act: answer(
      503,
      '暂时不行',
      '记录现在存取不了，这一步不一定做完了。请过一会儿打开相关的页面看一看，再决定要不要重做。',
    ),
  },
} as const;
export const NOT_A_FORM: Readonly<Record<400 | 413 | 415, Answer>> = {
  400: answer(400, '没有执行', '表单里的文字不是 UTF-8，什么都没有做。请重新打开这一页再填。'),
  413: answer(413, '没有执行', '内容太多，什么都没有做。请少填一些，分几次提交。'),
  415: answer(415, '没有执行', '这不是这一页的表单，什么都没有做。请打开控制台，在页面上重新操作。'),
};

export const FILE_TOO_LARGE = answer(413, '文件太大', '文件太大，没有读。最大 10 MB；请少导出几天，再传一次。');

/**
 * Why a form was not carried out: nobody is logged in, the login is not new enough for it, or it was opened under another login.
 */
export type KeptWhy = 'signed-out' | 'not-fresh' | 'other-login';

export interface KeptForm {
  readonly why: KeptWhy;
  /** Where it was sent. */
  readonly action: string;
  readonly fields: Fields;
  /** Those that are not kept. */
  readonly secrets: readonly string[];
  readonly visitor: Visitor | null;
}

const KEPT: Readonly<Record<KeptWhy, { readonly status: number; readonly title: string }>> = {
  'signed-out': { status: 401, title: '请先登录' },
  'not-fresh': { status: 403, title: '请再登录一次' },
  'other-login': { status: 403, title: '还没有提交' },
};

/** Nothing was done; what was typed waits in the page, to be sent again. */
export function keptForm({ why, action, fields, secrets, visitor }: KeptForm): Answer {
  const isOperator = visitor?.who.user === OPERATOR;
  const isPart = secrets.some((name) => fields.one(name) !== '');
  return {
    ...KEPT[why],
    main: html`<div class="card block">
      ${why === 'signed-out' && html`<p><strong>什么都没有做。</strong>登录已经结束；您填的内容还留在这一页。</p>`}${
        why === 'not-fresh' &&
        html`<p><strong>什么都没有做。</strong>这一步要在登录后10分钟内做；您填的内容还留在这一页。</p>`
      }${
        why === 'other-login' &&
        html`<p><strong>什么都没有做。</strong>这张表单是上一次登录时打开的；您填的内容还留着。</p>
          <p>现在登录的是${visitor?.name}。确实要以这个身份提交的话，点下面的按钮。</p>`
      }${why !== 'other-login' && waysBack(isOperator)}${
        isPart && html`<p>卡号、地址和密钥不能留在页面上，没有留着，之后要重新填。</p>`
      }
      <form method="post" action="${action}">
        <input type="hidden" name="token" value="${visitor?.formToken ?? ''}" />
        ${kept(fields, secrets)}
        <button>再提交一次</button>
      </form>
    </div>`,
  };
}

function waysBack(isOperator: boolean): Html {
  return html`<ol class="numbered">
    ${
      isOperator
        ? html`<li>在服务器上再运行一次 <code>npm run console</code>。</li>`
        : html`<li>在和机器人的<strong>单聊</strong>里发「控制台」。</li>`
    }
    <li>在<strong>这个浏览器</strong>里、另一个标签页打开链接，点「登录」。</li>
    <li>回到这一页，点「再提交一次」。</li>
  </ol>`;
}

/** Everything but the token and what is secret, as it was typed. */
function kept(fields: Fields, secrets: readonly string[]): Html[] {
  return fields
    .names()
    .filter((name) => name !== 'token' && !secrets.includes(name))
    .flatMap((name) => {
      const all = fields.all(name);
      const values = all.length === 1 ? [fields.text(name)] : all;
      return values.map((value) => html`<input type="hidden" name="${name}" value="${value}" />`);
    });
}
