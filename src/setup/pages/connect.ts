import { formFields } from '../../pages/fields.ts';
import { html, type Html } from '../../pages/html.ts';
import { badge } from '../../pages/layout.ts';
import type { Language, Text } from '../../pages/text.ts';
import { PLATFORMS } from '../../redemption/user-id.ts';
import type { HeardPerson, ListeningBot, SetupView } from '../ports.ts';
import type { WayId } from '../ways.ts';
import { guideValues, wayOf } from './guides/guide.ts';
import { GUIDES, PLATFORM_NAMES } from './guides/guides.ts';
import type { PageContext, SetupPage } from './page.ts';
import { CONTINUE, stepForm, formState, NOT_TAKEN } from './words.ts';

/** Where the connection comes up, the console's check arrives, and the first message is heard. */
export const connectPage: SetupPage = {
  step: 'connect',
  title: { zh: '连上', en: 'Connect' },
  show,
  follows: ({ listening }) => listening !== null,
  actions: {
    manager: (fields, setup, revision) => setup.takeManager(fields.one('user'), fields.one('name'), revision),
  },
};

function show(context: PageContext): Html {
  const { view, language } = context;
  const say = (text: Text) => text[language];
  const { way, listening } = view;
  const fields = formFields(formState(context));
  const title = html`<h1>${say({ zh: '连上，听到第一句话', en: 'Connect, and hear the first message' })}</h1>`;
  if (way === null || listening === null)
    return html`${title}
      <p class="notice warn">
        ${
          way === null
            ? say({ zh: '还没有选平台。', en: 'No platform is chosen yet.' })
            : say({
                zh: '平台的值还没有填好，所以还没有开始连。',
                en: 'The values of the platform are not complete, so nothing connects yet.',
              })
        }
      </p>
      <p><a class="button" href="/setup/platform">${say({ zh: '去填平台的值', en: 'Go to the platform' })}</a></p>`;

  const guide = GUIDES[way];
  const after = guide.after(guideValues(view, wayOf(way), context.origin, language));
  return html`${title} ${fields.problems(say(NOT_TAKEN))}
    <section class="card" aria-labelledby="bots">
      <h2 id="bots">${say({ zh: '连接', en: 'Connection' })}</h2>
      <div id="live-bots" data-live aria-live="polite">
        <ul class="rows">
          ${listening.bots.map((bot) => showBot(bot, language))}
        </ul>
        ${
          listening.bots.some(({ state }) => state === 'down') &&
          html`<p class="next">
            <a class="button" href="/setup/platform"
              >${say({ zh: '回去看平台的值', en: 'Back to the values of the platform' })}</a
            >
          </p>`
        }
      </div>
    </section>
    <section class="card" aria-labelledby="clicks">
      <h2 id="clicks">
        ${say({ zh: '接着在后台和群里点这些', en: 'Now click this in the console and in the group' })}
      </h2>
      <ol class="numbered">
        ${after.map((said) => html`<li>${said[language]}</li>`)}
        <li>${sayHelp(way, language)}</li>
      </ol>
    </section>
    <section class="card" aria-labelledby="heard">
      <h2 id="heard">${say({ zh: '谁说了话', en: 'Who wrote' })}</h2>
      <div id="live-heard" data-live aria-live="polite">${showHeard(view, listening.heard, language)}</div>
    </section>
    <details class="card">
      <summary>${say({ zh: '不行的时候', en: 'When it does not work' })}</summary>
      <dl class="troubles">
        ${guide.troubles.map(
          ({ seen, todo }) =>
            html`<dt>${say(seen)}</dt>
              <dd>${say(todo)}</dd>`,
        )}
      </dl>
      <p><a href="/setup/platform">${say({ zh: '回去改平台的值', en: 'Back to the values of the platform' })}</a></p>
    </details>`;
}

const STATES: Readonly<Record<ListeningBot['by'], Readonly<Record<ListeningBot['state'], Text>>>> = {
  connection: {
    waiting: { zh: '正在连…', en: 'Connecting…' },
    up: { zh: '已连上', en: 'Connected' },
    down: { zh: '没连上', en: 'Not connected' },
  },
  callbacks: {
    waiting: { zh: '在等后台的检查', en: 'Waiting for the console’s check' },
    up: { zh: '后台的检查到了', en: 'The console’s check arrived' },
    down: { zh: '来了，但是对不上', en: 'Something came that does not fit' },
  },
};
const KINDS = { waiting: 'skipped', up: 'ok', down: 'fail' } as const;

function showBot({ channel, name, by, path, state, why, checkedAt }: ListeningBot, language: Language): Html {
  const say = (text: Text) => text[language];
  const platform = PLATFORMS.find((each) => channel.startsWith(each));
  // Something genuine may come of callbacks that no console has checked, as where they were set up before.
  const word =
    by === 'callbacks' && state === 'up' && checkedAt === null
      ? { zh: '收到了消息', en: 'A message arrived' }
      : STATES[by][state];
  return html`<li>
    <div class="head">
      ${badge(KINDS[state], say(word))}
      <span
        >${platform === undefined ? name : say(PLATFORM_NAMES[platform])}${path !== null && html` <code>${path}</code>`}</span
      >${checkedAt !== null && html`<span class="hint">${timeOf(checkedAt)}</span>`}
    </div>
    ${why !== null && html`<p>${say(why)}</p>`}
    ${
      state === 'waiting' &&
      by === 'callbacks' &&
      html`<p class="hint">
        ${say({
          zh: '这里已经在听了：到后台点「保存」，检查一到，这里就会变。',
          en: 'It listens already: click 保存 in the console, and this changes when the check arrives.',
        })}
      </p>`
    }
  </li>`;
}

function sayHelp(way: WayId, language: Language): Html {
  if (way === 'wecom-app-callbacks')
    return language === 'zh' ? html`给它发 <b>帮助</b>。` : html`Send it <b>帮助</b> (help).`;
  return language === 'zh'
    ? html`在群里发：打 <b>@</b>，从列表里选中机器人，再打 <b>帮助</b>，发出去。`
    : html`In the group type <b>@</b>, choose the bot from the list, type <b>帮助</b> (help), and send it.`;
}

function showHeard(view: SetupView, heard: readonly HeardPerson[], language: Language): Html {
  const say = (text: Text) => text[language];
  if (heard.length === 0)
    return html`<p>
      ${say({
        zh: '还没有人说话。发出「帮助」以后，您会出现在这里，机器人也会在群里回您一句。',
        en: 'Nobody yet. When you have sent 帮助 you show up here, and the bot answers you in the group.',
      })}
    </p>`;
  const hasManager = view.people.staff.some(({ role }) => role === 'manager');
  // The latest last, so that nothing moves under a finger.
  return html`<ul class="rows">
      ${heard.toReversed().map((person) => showPerson(person, view, language))}
    </ul>
    ${
      hasManager
        ? html`<p class="next"><a class="button" href="/setup/people">${say(CONTINUE)}</a></p>`
        : html`<p class="hint">
            ${say({
              zh: '这里有您吗？点一下「设为店长」：店长可以在群里加店员、查记录、处理结果未知的核销。',
              en: 'Is one of them you? Tap the button: a manager adds staff, reads records and settles unknown redemptions from the chat.',
            })}
          </p>`
    }`;
}

function showPerson({ user, conversation, text, at }: HeardPerson, view: SetupView, language: Language): Html {
  const say = (said: Text) => said[language];
  const known = view.people.staff.find((person) => person.user === user);
  const isManager = known?.role === 'manager';
  const id = user.slice(user.indexOf(':') + 1);
  return html`<li>
    <div class="head">
      <span>${known === undefined || known.name === '' ? id : known.name}</span>
      ${isManager && badge('ok', say({ zh: '店长', en: 'Manager' }))}
      <span class="hint"
        >${timeOf(at)} ·
        ${conversation === null ? say({ zh: '单聊', en: 'one-to-one' }) : say({ zh: '群里', en: 'in a group' })}</span
      >
    </div>
    <p class="quoted">${text}</p>
    <p class="hint">${say({ zh: '账号', en: 'Account' })} <code>${user}</code></p>
    ${
      !isManager &&
      stepForm(
        'connect',
        'manager',
        view.revision,
        html`
          <input type="hidden" name="user" value="${user}" />
          <label for="name-${user}">${say({ zh: '姓名', en: 'Name' })}</label>
          <input
            type="text"
            id="name-${user}"
            name="name"
            value="${known?.name ?? ''}"
            placeholder="${say({ zh: '可以先不填', en: 'may stay empty' })}"
            autocomplete="off"
          />
          <button id="manager-${user}" aria-label="${say({ zh: '设为店长：', en: 'Make a manager: ' })}${id}">
            ${say({ zh: '设为店长', en: 'Make a manager' })}
          </button>
        `,
        'inline',
      )
    }
  </li>`;
}

/** By the clock of this machine, on which the browser is too. */
function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}
