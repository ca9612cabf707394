import { formFields } from '../../pages/fields.ts';
import { Fields } from '../../pages/form.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import { ROBOT_PLACES, ROBOT_PLATFORMS, type RobotPlatform } from '../../platforms/hosts.ts';
import type { FieldProblem, RobotDraft, Saved, Setup } from '../ports.ts';
import type { Acted, PageContext, SetupPage } from './page.ts';
import { nameOfStore } from './people-rows.ts';
import { showFinding } from './report.ts';
import { CONTINUE, formState, KEPT, NOT_TAKEN } from './words.ts';

/** Group robots, which are told what happens. */
export const robotsPage: SetupPage = {
  step: 'robots',
  title: { zh: '通知群', en: 'Group robots' },
  show,
  actions: {
    '': async (fields, setup, revision) => {
      const acted = save(fields, setup, revision);
      if (acted.kind !== 'saved') return acted;
      // So that the last step opens with everything looked at.
      await setup.check();
      return { ...acted, to: 'summary' };
    },
    add: (fields, setup, revision) => save(fields, setup, revision),
    remove: (fields, setup, revision) => save(fields, setup, revision, Number(fields.one('chosen'))),
    test: async (fields, setup, revision) => {
      const chosen = Number(fields.one('chosen'));
      // What was changed beside it counts already.
      const acted = save(fields, setup, revision);
      if (acted.kind !== 'saved' || setup.view().robots[chosen] === undefined) return acted;
      const finding = await setup.testRobot(chosen);
      return { kind: 'shown', fields: new Fields(), findings: { [String(chosen)]: finding } };
    },
  },
};

const PLATFORM_NAMES: Readonly<Record<RobotPlatform, Text>> = {
  wecom: { zh: '企业微信', en: 'WeCom' },
  dingtalk: { zh: '钉钉', en: 'DingTalk' },
  feishu: { zh: '飞书', en: 'Feishu' },
};

/** The paths of the platforms' own addresses, which are kept where a proxy or a private deployment has another host. */
const PATHS: readonly (readonly [RobotPlatform, string])[] = [
  ['wecom', '/cgi-bin/webhook/send'],
  ['dingtalk', '/robot/send'],
  ['feishu', '/open-apis/bot/v2/hook/'],
];

const NO_ADDRESS: Text = {
  zh: '这不是群机器人的地址。在群里添加机器人以后，复制它给的 Webhook 地址，以 https:// 开头。',
  en: 'This is no address of a group robot. Add the robot in the group, and copy the webhook address that it shows; it begins with https://.',
};
const NO_PLATFORM: Text = {
  zh: '看不出是哪个平台的机器人：企业微信的地址在 qyapi.weixin.qq.com，钉钉的在 oapi.dingtalk.com，飞书的在 open.feishu.cn。',
  en: 'It is of no platform known here: WeCom’s addresses are on qyapi.weixin.qq.com, DingTalk’s on oapi.dingtalk.com, Feishu’s on open.feishu.cn.',
};

/** The platform of a robot, by its address; what is wrong with the address where it is of none. */
function platformOf(address: string): RobotPlatform | Text {
  const url = URL.parse(address);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return NO_ADDRESS;
  const byHost = ROBOT_PLATFORMS.find((platform) => ROBOT_PLACES[platform].hosts.includes(url.host));
  return byHost ?? PATHS.find(([, path]) => url.pathname.includes(path))?.[0] ?? NO_PLATFORM;
}

/** Takes the rows of the form. An address or a secret that is left empty stays what it was. */
function save(fields: Fields, setup: Setup, revision: number, without: number | null = null): Acted {
  const known = setup.view().robots;
  const problems: FieldProblem[] = [];
  const robots: (RobotDraft & { readonly row: number })[] = [];
  // One row more than there are robots: it is where the next one is typed.
  for (let row = 0; row <= known.length; row += 1) {
    const former = known[row] ?? null;
    const [url, secret] = [fields.one(`robots[${row}].url`), fields.one(`robots[${row}].secret`)];
    if (row === without || (former === null && url === '' && secret === '')) continue;
    const store = fields.has(`robots[${row}].store`) ? fields.one(`robots[${row}].store`) || null : null;
    if (url === '' && former !== null) {
      robots.push({ ...former, secret: secret || former.secret, store, row });
      continue;
    }
    const platform = platformOf(url);
    if (typeof platform === 'string') robots.push({ platform, url, secret: secret || null, store, row });
    else problems.push({ field: `robots[${row}].url`, message: platform });
  }
  const saved: Saved =
    problems.length > 0
      ? { kind: 'problems', problems }
      : setup.saveRobots(
          robots.map(({ platform, url, secret, store }) => ({ platform, url, secret, store })),
          revision,
        );
  return saved.kind === 'problems' && problems.length === 0
    ? { ...saved, problems: saved.problems.map((problem) => inForm(problem, robots)) }
    : saved;
}

/** A problem of the list as one of the form: there a robot may be missing, and the platform is known by the address. */
function inForm({ field, message }: FieldProblem, robots: readonly { readonly row: number }[]): FieldProblem {
  const [, index = '', rest = ''] = /^robots\[(\d+)\](.*)$/u.exec(field) ?? [];
  const row = robots[Number(index)]?.row;
  if (index === '' || row === undefined) return { field, message };
  return { field: `robots[${row}]${rest === '.platform' ? '.url' : rest}`, message };
}

function show(context: PageContext): Html {
  const { view, language, typed, findings } = context;
  const say = (text: Text) => text[language];
  const isTyped = typed?.has('revision') === true;
  const fields = formFields(formState({ ...context, typed: isTyped ? typed : null }));
  const stores = [
    { value: '', label: say({ zh: '全部门店', en: 'all stores' }) },
    ...view.people.stores.map(({ code }) => ({ value: code, label: nameOfStore(code, view.people.stores) })),
  ];

  const row = (robot: RobotDraft | null, index: number): Html => {
    const finding = findings[String(index)];
    const platform = ROBOT_PLATFORMS.find((name) => name === robot?.platform);
    const title =
      robot === null
        ? say({ zh: '加一个群机器人', en: 'Add a group robot' })
        : `${platform === undefined ? '' : say(PLATFORM_NAMES[platform])} ••••${robot.url.slice(-4)}`;
    return html`<section class="card" aria-labelledby="robot-${index}">
      <h2 id="robot-${index}">${title}</h2>
      ${fields.secret({
        name: `robots[${index}].url`,
        label: say({ zh: 'Webhook 地址', en: 'Webhook address' }),
        hint: robot === null ? null : say(KEPT),
        ends: robot === null ? null : robot.url.slice(-4),
        placeholder: 'https://…',
      })}
      ${fields.secret({
        name: `robots[${index}].secret`,
        label: say({ zh: '加签密钥（有才填）', en: 'Signing secret, if there is one' }),
        hint: say({
          zh: '钉钉选了「加签」、飞书选了「签名校验」才有；企业微信没有。',
          en: 'DingTalk has one with 加签, Feishu with 签名校验; WeCom has none.',
        }),
        ends: robot?.secret?.slice(-4) ?? null,
      })}
      ${fields.select({
        name: `robots[${index}].store`,
        label: say({ zh: '通知哪家店的事', en: 'It hears about' }),
        value: robot?.store ?? '',
        options: stores,
      })}
      ${finding !== undefined && html`<div role="status">${showFinding(finding, language)}</div>`}
      <p class="buttons">
        ${
          robot === null
            ? html`<button class="second" formaction="/setup/robots/add">
                ${say({ zh: '保存这个群机器人', en: 'Save this robot' })}
              </button>`
            : html`<button class="second" formaction="/setup/robots/test" name="chosen" value="${index}">
                  ${say({ zh: '发一条测试消息', en: 'Send a test message' })}</button
                ><button class="plain" formaction="/setup/robots/remove" name="chosen" value="${index}">
                  ${say({ zh: '移除', en: 'Remove' })}
                </button>`
        }
      </p>
    </section>`;
  };

  return html`<h1>${say({ zh: '核销的事告诉哪些群（可选）', en: 'Which groups are told (optional)' })}</h1>
    <p>
      ${say({
        zh: '失败、结果未知、后来核对清楚的，还有每天的汇总，会发到这些群里。不需要就直接点下一步，以后随时可以加。',
        en: 'Groups hear of refusals, of unknown results and what became of them, and get a summary each day. Not needed? Just go on; they can be added at any time.',
      })}
    </p>
    ${howTo(language)} ${fields.problems(say(NOT_TAKEN))}
    <form method="post" action="/setup/robots" class="block">
      <input type="hidden" name="revision" value="${isTyped ? typed.one('revision') : view.revision}" />
      <button type="submit" class="unseen" tabindex="-1" aria-hidden="true">${say(CONTINUE)}</button>
      ${[...view.robots, null].map(row)}
      <p class="buttons"><button type="submit">${say(CONTINUE)}</button></p>
    </form>`;
}

function howTo(language: Language): Html {
  const say = (text: Text) => text[language];
  return html`<details>
    <summary>${say({ zh: '群机器人的地址在哪里', en: 'Where the address of a group robot is' })}</summary>
    <ul>
      <li>
        ${say({
          zh: '企业微信：群 → 右上角「…」→ 群机器人（新版叫「消息推送」）→ 添加 → 复制 Webhook 地址。',
          en: 'WeCom: the group → “…” at the top right → 群机器人 (消息推送 in newer clients) → 添加 → copy the webhook address.',
        })}
      </li>
      <li>
        ${say({
          zh: '钉钉：群设置 → 机器人 → 添加机器人 → 自定义；安全设置选「加签」并复制密钥，或者选「自定义关键词」填「核销」。',
          en: 'DingTalk: 群设置 → 机器人 → 添加机器人 → 自定义. As 安全设置 choose 加签 and copy its secret, or 自定义关键词 with the word 核销.',
        })}
      </li>
      <li>
        ${say({
          zh: '飞书：群设置 → 群机器人 → 添加机器人 → 自定义机器人；安全设置选「签名校验」并复制密钥，或者选「自定义关键词」填「核销」。',
          en: 'Feishu: 群设置 → 群机器人 → 添加机器人 → 自定义机器人. As 安全设置 choose 签名校验 and copy its secret, or 自定义关键词 with the word 核销.',
        })}
      </li>
    </ul>
  </details>`;
}
