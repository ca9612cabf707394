import { badge } from '../../pages/layout.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import { STEPS, type SetupView, type Step, type World } from '../ports.ts';

export const OVERVIEW_TITLE: Text = { zh: '五分钟接入真实群聊', en: 'Live in five minutes' };

const ABOUT: Readonly<Record<Step, Text>> = {
  vendor: { zh: '填 appId 和密钥，当场验证', en: 'appId and key, tried out at once' },
  platform: {
    zh: '企业微信、钉钉、飞书选一个，照着点、照着粘贴',
    en: 'WeCom, DingTalk or Feishu: what to click and what to paste',
  },
  connect: { zh: '看着它连上，再从群里收到第一句话', en: 'See it connect, and hear the first message from your group' },
  people: { zh: '谁是店长，有哪些门店和店员', en: 'Who is a manager; stores and staff' },
  robots: { zh: '可选：核销结果也发到别的群', en: 'Optional: other groups hear what was redeemed' },
  summary: { zh: '全部检查一遍，上线', en: 'Everything is checked once more, and it goes live' },
};

const ABOUT_ALL: Readonly<Record<World, Text>> = {
  sandbox: {
    zh: '现在是沙箱：联拓富、群聊、卡都是假的。跟着下面六步走完，店员就能在自己的群里核销真的卡，大约五分钟。',
    en: 'This is the sandbox: vendor, chat and cards are simulated. After the six steps below your staff redeem real cards in their own group. It takes about five minutes.',
  },
  live: {
    zh: '服务已经在真实群聊里运行。这里可以换密钥、加平台、改人员；上线之前，正在用的设置一直有效。',
    en: 'The service is live. Here you change keys, add platforms and people; what is in force stays so until you go live again.',
  },
  none: {
    zh: '服务现在没有运行。跟着下面六步走完，它就会带着新的设置启动，大约五分钟。',
    en: 'The service is not running. After the six steps below it starts with the new settings. It takes about five minutes.',
  },
};

const NEEDS: readonly Text[] = [
  { zh: '联拓富的 appId 和密钥', en: 'appId and key of Liantuofu' },
  {
    zh: '企业微信、钉钉或飞书的后台账号（管理员）：在那里建一个机器人，拿到它的 ID 和密钥',
    en: 'An administrator’s account of WeCom, DingTalk or Feishu: you create a bot there and get its ID and secret',
  },
  {
    zh: '一台一直开着的电脑，就是这台；不用域名，也不用公网地址',
    en: 'A computer that stays on: this one. No domain, no public address',
  },
];

const STATES = {
  done: { kind: 'ok', word: { zh: '已完成', en: 'Done' } },
  trouble: { kind: 'fail', word: { zh: '有问题', en: 'Problem' } },
  empty: { kind: 'skipped', word: { zh: '未填', en: 'To do' } },
} as const;

export interface Overview {
  readonly view: SetupView;
  readonly language: Language;
  readonly titles: Readonly<Record<Step, Text>>;
}

/** The steps, how far each is, and what is needed for them. */
export function showOverview({ view, language, titles }: Overview): Html {
  const say = (text: Text) => text[language];
  const next = STEPS.find((step) => view.steps[step] !== 'done' && step !== 'robots') ?? 'summary';
  const begun = STEPS.some((step) => view.steps[step] !== 'empty');
  const isOver = view.live.state === 'live';
  return html`<h1>${say(OVERVIEW_TITLE)}</h1>
    <p>${say(ABOUT_ALL[view.world])}</p>
    ${!begun && showNeeds(language)}
    <div class="buttons">
      <a class="button" href="/setup/${next}">
        ${
          isOver
            ? say({ zh: '看第一笔怎么核销', en: 'See how the first redemption goes' })
            : begun
              ? say({ zh: '继续', en: 'Continue' })
              : say({ zh: '开始', en: 'Start' })
        }
      </a>
      <span class="hint">
        ${say({
          zh: '填了的刷新也不会丢；中途离开，什么都不会改变。',
          en: 'What you fill in survives a reload; leaving half-way changes nothing.',
        })}
      </span>
    </div>
    <section class="card" aria-labelledby="steps">
      <h2 id="steps">${say({ zh: '六步', en: 'Six steps' })}</h2>
      <ol class="numbered">
        ${STEPS.map((step) => {
          const { kind, word } = STATES[view.steps[step]];
          return html`<li>
            <div class="head"><a href="/setup/${step}">${say(titles[step])}</a> ${badge(kind, say(word))}</div>
            <p class="hint">${say(ABOUT[step])}</p>
          </li>`;
        })}
      </ol>
    </section>
    ${begun && !isOver && showDiscard(language)}`;
}

function showNeeds(language: Language): Html {
  const say = (text: Text) => text[language];
  return html`<section class="card" aria-labelledby="needs">
    <h2 id="needs">${say({ zh: '要准备三样', en: 'You need three things' })}</h2>
    <ul>
      ${NEEDS.map((need) => html`<li>${say(need)}</li>`)}
    </ul>
  </section>`;
}

function showDiscard(language: Language): Html {
  const say = (text: Text) => text[language];
  return html`<details>
    <summary>${say({ zh: '全部重来', en: 'Start all over' })}</summary>
    <form method="post" action="/setup/discard">
      <p>
        ${say({
          zh: '忘掉这里填过的所有内容，断开试连的机器人。已经写好的文件和正在运行的服务不受影响。',
          en: 'Forgets all that was filled in here, and closes the connection that is being tried. Files and the running service stay as they are.',
        })}
      </p>
      <p><button class="second">${say({ zh: '忘掉填过的内容', en: 'Forget what was filled in' })}</button></p>
    </form>
  </details>`;
}
