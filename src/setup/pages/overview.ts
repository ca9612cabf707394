import { badge } from '../../pages/layout.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import { STEPS, type SetupView, type Step } from '../ports.ts';

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
  const next = STEPS.find((step) => view.steps[step] !== 'done') ?? 'summary';
  const begun = STEPS.some((step) => view.steps[step] !== 'empty');
  return html`<h1>${say(OVERVIEW_TITLE)}</h1>
    <p>
      <a class="button" href="/setup/${next}"
        >${begun ? say({ zh: '继续', en: 'Continue' }) : say({ zh: '开始', en: 'Start' })}</a
      >
    </p>
    <ol class="overview">
      ${STEPS.map((step) => {
        const { kind, word } = STATES[view.steps[step]];
        return html`<li>
          <a href="/setup/${step}">${say(titles[step])}</a> ${badge(kind, say(word))}<br />${say(ABOUT[step])}
        </li>`;
      })}
    </ol>`;
}
