import { html, type Html, type Part } from '../../pages/html.ts';
import { renderDocument } from '../../pages/layout.ts';
import type { Language, Text } from '../../pages/text.ts';
import { STEPS, type SetupView, type Step } from '../ports.ts';

// What stands around each page of the setup.

export const ASSETS = '/setup/assets';

const NAME: Text = { zh: '接入真实群聊', en: 'Going live' };
const STATES = {
  empty: { zh: '未填', en: 'not filled in' },
  trouble: { zh: '有问题', en: 'has a problem' },
  done: { zh: '已完成', en: 'done' },
} as const satisfies Record<string, Text>;

const NOTHING_YET: Text = {
  zh: '在最后一步点「上线」之前，什么都不会写进文件，随时可以关掉这一页。',
  en: 'Nothing is written to a file before the last step goes live. This page can be closed at any time.',
};
const IS_LIVE: Text = {
  zh: '已经上线，可以关掉这一页。再改什么，也要到最后一步点「上线」才算数。',
  en: 'It is live, and this page can be closed. What you change from now on counts when the last step goes live again.',
};

export interface Frame {
  readonly language: Language;
  readonly title: Text;
  readonly main: Part;
  /** The list of the steps; null where the browser has not entered. */
  readonly steps: {
    readonly view: SetupView;
    readonly titles: Readonly<Record<Step, Text>>;
    readonly here: Step | null;
  } | null;
  /** The address of the page, where it changes by itself. */
  readonly follows?: string | null;
}

/** The whole page. */
export function renderPage({ language, title, main, steps, follows = null }: Frame): string {
  const say = (text: Text) => text[language];
  return renderDocument({
    language,
    title: `${say(title)} · ${say(NAME)}`,
    assets: ASSETS,
    skip: say({ zh: '跳到正文', en: 'Skip to the content' }),
    header: html`<a class="brand" href="/setup"
        ><img src="${ASSETS}/icon.svg" alt="" width="24" height="24" />${say(NAME)}</a
      >${steps && listSteps(steps, language)}`,
    main: html`${main}${follows !== null && followers(follows, language)}`,
    footer: html`<p id="written" data-live>${say(steps?.view.live.state === 'live' ? IS_LIVE : NOTHING_YET)}</p>`,
    reloadAfter: follows === null ? null : 10,
  });
}

function listSteps({ view, titles, here }: NonNullable<Frame['steps']>, language: Language): Html {
  const say = (text: Text) => text[language];
  return html`<nav class="steps" id="progress" data-live aria-label="${say({ zh: '步骤', en: 'Steps' })}">
    <ol>
      ${STEPS.map((step, index) => {
        const state = view.steps[step];
        return html`<li class="${state}">
          <a href="/setup/${step}" id="step-${step}" ${step === here && html` aria-current="step"`}
            ><span class="number" aria-hidden="true"
              >${state === 'done' ? '✓' : state === 'trouble' ? '!' : index + 1}</span
            ><span class="name">${say(titles[step])}</span
            ><span class="unseen">${language === 'zh' ? '，' : ', '}${say(STATES[state])}</span></a
          >
        </li>`;
      })}
    </ol>
  </nav>`;
}

/** Makes the page follow the state, and says what to do where it cannot. */
function followers(page: string, language: Language): Html {
  const say = (text: Text) => text[language];
  return html`<p class="notice warn" hidden data-follow="/setup/state" data-page="${page}" role="status">
      ${say({
        zh: '服务暂时没有应答，这一页会自己再试。一直这样的话，看看终端里的程序是不是停了。',
        en: 'The service does not answer at the moment; this page tries again by itself. If it stays so, look in the terminal whether the program has stopped.',
      })}
    </p>
    <noscript
      ><p class="hint">
        ${say({ zh: '这一页每十秒刷新一次。', en: 'This page loads again every ten seconds.' })}
        <a href="${page}">${say({ zh: '现在刷新', en: 'Load it now' })}</a>
      </p></noscript
    >`;
}
