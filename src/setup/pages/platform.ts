import type { SettingName } from '../../config/settings.ts';
import { formFields, type FormFields } from '../../pages/fields.ts';
import { Fields } from '../../pages/form.ts';
import { html, type Html } from '../../pages/html.ts';
import { badge } from '../../pages/layout.ts';
import type { Language, Text } from '../../pages/text.ts';
import { PLATFORMS } from '../../redemption/user-id.ts';
import type { Saved, Setup, SetupView } from '../ports.ts';
import { WAYS, type Way, type WayId } from '../ways.ts';
import { guideValues, wayOf } from './guides/guide.ts';
import { GUIDES, PLATFORM_NAMES } from './guides/guides.ts';
import type { Acted, PageContext, SetupPage } from './page.ts';
import { isFine, showReport } from './report.ts';
import { ASKED_SETTINGS } from './settings-asked.ts';
import { CONTINUE, stepForm, formState, KEPT, NOT_TAKEN, SAVE_AND_CHECK, submit } from './words.ts';

/** How people are reached: which platform, by which way, and its values. */
export const platformPage: SetupPage = {
  step: 'platform',
  title: { zh: '平台', en: 'Platform' },
  show,
  actions: {
    '': async (fields, setup, revision) =>
      toConnection(await setup.saveWay(valuesOf(fields, setup.view()), revision), setup),
    way: (fields, setup, revision) => {
      const way = WAYS.find(({ id }) => id === fields.one('way'));
      return way === undefined
        ? { kind: 'problems', problems: [{ field: '', message: { zh: '请选一个平台。', en: 'Choose a platform.' } }] }
        : setup.chooseWay(way.id, revision);
    },
  },
};

/** What the form of the chosen way has. */
function valuesOf(fields: Fields, { way }: SetupView): Partial<Record<SettingName, string>> {
  const names = way === null ? [] : namesOf(wayOf(way));
  return Object.fromEntries(names.filter((name) => fields.has(name)).map((name) => [name, fields.one(name)]));
}

const namesOf = ({ asks, mayAsk, address }: Way): SettingName[] => [
  ...asks,
  ...mayAsk,
  ...(address === null ? [] : [address]),
];

/** On to the connection, unless something is wrong with the values: what it is stands on this page. */
function toConnection(saved: Saved, setup: Setup): Acted {
  const { wayReport } = setup.view();
  return saved.kind === 'saved' && (wayReport === null || isFine(wayReport)) ? { ...saved, to: 'connect' } : saved;
}

function show(context: PageContext): Html {
  const { view, language } = context;
  const say = (text: Text) => text[language];
  const fields = formFields(formState(context));
  if (view.way === null)
    return html`<h1>${say({ zh: '店员用哪个软件？', en: 'What do your staff use?' })}</h1>
      ${fields.problems(say(NOT_TAKEN))}
      <p>
        ${say({ zh: '先接一个就行，别的以后再加。', en: 'One is enough to begin with; others can be added later.' })}
      </p>
      ${chooseWay(view, language)}`;

  const { way } = view;
  const { platform } = wayOf(way);
  return html`<h1>${say(PLATFORM_NAMES[platform])} · ${say(GUIDES[way].name)}</h1>
    ${fields.problems(say(NOT_TAKEN))} ${context.problems.length === 0 && result(view, language)}
    <section class="card" aria-labelledby="clicks">
      <h2 id="clicks">${say({ zh: '一、在后台点这些', en: '1. Click this in the console' })}</h2>
      <ol class="numbered">
        ${GUIDES[way]
          .before(guideValues(view, wayOf(way), context.origin, language))
          .map((said) => html`<li>${said[language]}</li>`)}
      </ol>
    </section>
    <section class="card" aria-labelledby="values">
      <h2 id="values">${say({ zh: '二、把值填到这里', en: '2. Fill in the values' })}</h2>
      ${stepForm('platform', '', view.revision, html`${askValues(fields, context, way)} ${submit(say(SAVE_AND_CHECK), language)}`)}
    </section>
    <details class="card">
      <summary>${say({ zh: '换平台，或者换一种接法', en: 'Another platform, or another way' })}</summary>
      ${chooseWay(view, language)}
    </details>`;
}

function askValues(fields: FormFields, { view, language, typed }: PageContext, id: WayId): Html {
  const say = (text: Text) => text[language];
  const way = wayOf(id);
  const ask = (name: SettingName, required: boolean) => {
    const { label, hint, secret, placeholder } = ASKED_SETTINGS[name] ?? {
      label: { zh: name, en: name },
      hint: { zh: '', en: '' },
      secret: false,
      placeholder: '',
    };
    const known = view.values[name];
    const field = { name, label: say(label), placeholder };
    if (!secret) return fields.text({ ...field, hint: say(hint), value: known?.text ?? '', required });
    const ends = known?.ends ?? null;
    return fields.secret({
      ...field,
      hint: ends === null ? say(hint) : say(KEPT),
      ends,
      required: required && ends === null,
    });
  };
  const isOpen = (names: readonly SettingName[]) =>
    names.some(
      (name) => fields.problemOf(name) !== null || (typed?.one(name) ?? view.values[name]?.text ?? '') !== '',
    ) && html` open`;
  const { asks, mayAsk, address } = way;
  return html`${asks.map((name) => ask(name, true))}
  ${
    mayAsk.length > 0 &&
    html`<details${isOpen(mayAsk)}>
      <summary>${say({ zh: '可以不填的', en: 'Not needed, but possible' })}</summary>
      <div class="fields">${mayAsk.map((name) => ask(name, false))}</div>
    </details>`
  }
  ${
    address !== null &&
    html`<details${isOpen([address])}>
      <summary>${say(
        way.platform === 'feishu'
          ? { zh: '其他服务器地址（Lark 要填）', en: 'Another server (needed for Lark)' }
          : { zh: '其他服务器地址（一般不用填）', en: 'Another server (rarely needed)' },
      )}</summary>
      ${ask(address, false)}
    </details>`
  }`;
}

/** What came of the values; nothing where they were not tried yet. */
function result({ wayReport, listening }: SetupView, language: Language): Html | null {
  if (wayReport === null) return null;
  const say = (text: Text) => text[language];
  const fine = isFine(wayReport);
  return html`<section class="card" aria-labelledby="result" role="status">
    <h2 id="result">
      ${
        fine
          ? say({ zh: '这些值可以用', en: 'These values work' })
          : say({ zh: '还不能用，请看下面', en: 'These values do not work yet' })
      }
    </h2>
    ${showReport(wayReport, language)}
    ${
      fine
        ? html`<p><a class="button" href="/setup/connect">${say(CONTINUE)}</a></p>`
        : listening !== null &&
          html`<p>
            <a href="/setup/connect"
              >${say({
                zh: '后台里还有要点的（比如回调地址、可信 IP）？先去下一步照着点，再回来检查',
                en: 'Is something left to do in the console, such as the callback address or the trusted IP? Do that in the next step, then check here again',
              })}</a
            >
          </p>`
    }
  </section>`;
}

/** A card for each platform: the recommended way first, the others folded. */
function chooseWay(view: SetupView, language: Language): Html {
  const say = (text: Text) => text[language];
  const choose = (id: WayId, isMain: boolean) => {
    const word = say(
      id === view.way ? { zh: '现在用的就是这个', en: 'In use now' } : { zh: '就用这个', en: 'Use this' },
    );
    const about = `${say(PLATFORM_NAMES[wayOf(id).platform])} ${say(GUIDES[id].name)}`;
    return stepForm(
      'platform',
      'way',
      view.revision,
      html`<button name="way" value="${id}" class="${isMain ? '' : 'second'}" aria-label="${word}: ${about}">
        ${word}
      </button>`,
    );
  };
  const about = (id: WayId) =>
    html`<h3>
        ${say(GUIDES[id].name)}${view.waysDone.includes(id) && html` ${badge('ok', say({ zh: '已填过', en: 'Filled in' }))}`}
      </h3>
      <p>${say(GUIDES[id].about)}</p>`;
  return html`<div class="cards">
    ${PLATFORMS.map((platform) => {
      const [recommended, ...others] = WAYS.filter((way) => way.platform === platform).map(({ id }) => id);
      if (recommended === undefined) return null;
      return html`<section class="card" aria-labelledby="platform-${platform}">
        <h2 id="platform-${platform}">${say(PLATFORM_NAMES[platform])}</h2>
        <p>${badge('ok', say({ zh: '推荐', en: 'Recommended' }))}</p>
        ${about(recommended)} ${choose(recommended, true)}
        <details>
          <summary>${say({ zh: '其他接法', en: 'Other ways' })}</summary>
          ${others.map((id) => html`<div class="other">${about(id)} ${choose(id, false)}</div>`)}
        </details>
      </section>`;
    })}
  </div>`;
}
