import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import { GROUPS, type Group } from '../checks/check.ts';
import type { Report, SetupView, Step } from '../ports.ts';
import { showAfterwards, showProgress } from './going-live.ts';
import type { PageContext, SetupPage } from './page.ts';
import { showCounts, showReport, WORST_FIRST } from './report.ts';
import { formFields } from '../../pages/fields.ts';
import { formState, outcomeBadge } from './words.ts';
import { showWhatIsWritten } from './what-is-written.ts';

/** Everything is looked at once more, written, and goes live. */
export const summaryPage: SetupPage = {
  step: 'summary',
  title: { zh: '上线', en: 'Go live' },
  show,
  follows: ({ live }) => live.state === 'writing' || live.state === 'starting',
  actions: {
    '': (_fields, setup, revision) => setup.goLive(revision),
    check: async (_fields, setup) => {
      await setup.check();
      return { kind: 'saved' };
    },
  },
};

const GROUP_NAMES: Readonly<Record<Group, Text>> = {
  settings: { zh: '设置', en: 'Settings' },
  machine: { zh: '这台电脑', en: 'This machine' },
  storage: { zh: '账本和磁盘', en: 'Ledger and disk' },
  vendor: { zh: '联拓富', en: 'The vendor' },
  wecom: { zh: '企业微信', en: 'WeCom' },
  dingtalk: { zh: '钉钉', en: 'DingTalk' },
  feishu: { zh: '飞书', en: 'Feishu' },
  public: { zh: '公网地址', en: 'The public address' },
  people: { zh: '人员', en: 'People' },
  robots: { zh: '通知群', en: 'Group robots' },
};

/** Where what a check complains about is filled in; what is in no step is of the machine. */
const STEP_OF: Readonly<Partial<Record<Group, Step>>> = {
  vendor: 'vendor',
  wecom: 'platform',
  dingtalk: 'platform',
  feishu: 'platform',
  public: 'platform',
  people: 'people',
  robots: 'robots',
};

const CAN_NOT_YET: Text = { zh: '还不能上线：', en: 'It cannot go live yet:' };

function show(context: PageContext): Html {
  const { view, language } = context;
  const say = (text: Text) => text[language];
  const fields = formFields(formState({ ...context, typed: null }));
  return html`<h1>${say({ zh: '检查一遍，上线', en: 'A last look, and live' })}</h1>
    ${fields.problems(say(CAN_NOT_YET))}
    <div id="going-live" class="block" data-live>
      ${view.live.state === 'live' ? showAfterwards(view, language) : showBefore(view, language)}
    </div>`;
}

function showBefore(view: SetupView, language: Language): Html {
  const isUnderWay = view.live.state === 'writing' || view.live.state === 'starting';
  return html`${showProgress(view, language)}
  ${!isUnderWay && html`${showChecks(view, language)} ${showGo(view, language)}`}`;
}

function showChecks(view: SetupView, language: Language): Html {
  const { summary: report } = view;
  const say = (text: Text) => text[language];
  const check = say(report === null ? { zh: '检查', en: 'Check' } : { zh: '再检查一遍', en: 'Check again' });
  return html`<section class="block" aria-labelledby="checks-title">
    <h2 id="checks-title">${say({ zh: '检查结果', en: 'What was checked' })}</h2>
    ${
      report === null
        ? html`<p>${say({ zh: '还没有检查。', en: 'Nothing was checked yet.' })}</p>`
        : html`${showCounts(report, language)} ${GROUPS.map((group) => showGroup(group, report, language))}`
    }
    <form method="post" action="/setup/summary/check">
      <input type="hidden" name="revision" value="${view.revision}" />
      <p class="buttons">
        <button type="submit" ${report !== null && html`class="second"`}>${check}</button>
        <span class="hint">${say({ zh: '要几秒钟。', en: 'This takes some seconds.' })}</span>
      </p>
    </form>
  </section>`;
}

function showGroup(group: Group, { results, counts }: Report, language: Language): Html | null {
  const ofGroup = results.filter((result) => result.group === group);
  if (ofGroup.length === 0) return null;
  const step = STEP_OF[group];
  const isBad = ofGroup.some(({ outcome }) => outcome === 'fail' || outcome === 'warn');
  const outcomes = WORST_FIRST.map((outcome) => ({
    outcome,
    count: ofGroup.filter((result) => result.outcome === outcome).length,
  })).filter(({ count }) => count > 0);
  // What needs nobody is folded: the page is read on a phone.
  return html`<details class="card" ${isBad && html`open`}>
    <summary>
      ${GROUP_NAMES[group][language]}
      ${outcomes.map(({ outcome, count }) => html`${outcomeBadge(outcome, language)} ${count} `)}
    </summary>
    ${showReport({ results: ofGroup, counts }, language)}
    ${
      isBad &&
      step !== undefined &&
      html`<p><a href="/setup/${step}">${{ zh: '去改这一步', en: 'Go to this step' }[language]}</a></p>`
    }
  </details>`;
}

function showGo(view: SetupView, language: Language): Html | null {
  const { summary: report, revision, world } = view;
  if (report === null) return null;
  const say = (text: Text) => text[language];
  const fails = report.counts.fail;
  return html`<section class="card" aria-labelledby="go-title">
    <h2 id="go-title">${say({ zh: '上线', en: 'Go live' })}</h2>
    ${showWhatIsWritten(view, language)}
    <p>
      ${
        world === 'live'
          ? say({
              zh: '现在运行的服务会先做完手里的核销，再用新的设置启动，中间停几秒。',
              en: 'The service that runs now finishes what it has in hand and starts again with the new settings; it is away for some seconds.',
            })
          : say({
              zh: '写好以后，服务自己换成正式的，不用重启。沙箱的数据单独放着，互不影响。启动不了的话，一切恢复原样。',
              en: 'Then the service turns into the real one by itself. What the sandbox knows stays apart. Where it cannot start, everything is put back.',
            })
      }
    </p>
    ${
      fails > 0 &&
      html`<p class="notice fail">
        ${say({
          zh: `还有 ${fails} 项有问题，先改好再上线。`,
          en: `${fails} ${fails === 1 ? 'check has' : 'checks have'} failed: mend that first.`,
        })}
      </p>`
    }
    <form method="post" action="/setup/summary">
      <input type="hidden" name="revision" value="${revision}" />
      <p class="buttons">
        <button type="submit" ${fails > 0 && html`class="second"`}>
          ${fails > 0 ? say({ zh: '仍然上线', en: 'Go live all the same' }) : say({ zh: '上线', en: 'Go live' })}
        </button>
      </p>
    </form>
  </section>`;
}
