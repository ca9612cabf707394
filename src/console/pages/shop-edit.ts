import { itemOf, type ShopTarget, type ShopWish } from '../../desk/shop-rules.ts';
import type { NotMade, ShopEdits, ShopPlanned } from '../../desk/shop-edits.ts';
import { formFields } from '../../pages/fields.ts';
import { Fields } from '../../pages/form.ts';
import { html, type Html, type Part } from '../../pages/html.ts';
import { NOTICE_KINDS, type NoticeKind, type RobotTest } from '../../redemption/notices.ts';
import { Secret, type RobotItem, type ShopSnapshot } from '../../redemption/shops.ts';
import type { ConsolePage, Shown, Visit } from '../page.ts';
import type { TypedSecrets } from '../typed-secrets.ts';
import { compared, told, whyNotMade } from './mapping/shop-words.ts';
import { brokenNotice, comparison, hidden, KIND_WORDS, PLATFORM_WORDS, storeName } from './mapping/words.ts';

const PATH = '/console/shops/edit';
/** What is typed and not shown again. */
const SECRETS = ['url', 'secret'] as const;
const USUAL_KINDS: readonly NoticeKind[] = ['refused', 'unknown', 'settled', 'summary'];
const PLATFORMS: readonly RobotTest['robot'][] = ['wecom', 'dingtalk', 'feishu'];
/** So many stores are offered in a list; with more of them the code is typed. */
const OFFERED = 50;

export interface ShopEditParts {
  readonly edits: ShopEdits;
  readonly secrets: TypedSecrets;
}

/** One store, conversation or robot: seen, changed after it was shown what that changes, tested, taken out or made. */
export function createShopEditPage({ edits, secrets }: ShopEditParts): ConsolePage {
  function targetOf(fields: Fields): ShopTarget | null {
    const id = fields.one('id');
    switch (fields.one('list')) {
      case 'store':
        return { list: 'store', code: id };
      case 'conversation':
        return { list: 'conversation', id };
      case 'robot':
        return { list: 'robot', storeCode: fields.one('place') || null, id: id || null };
      default:
        return null;
    }
  }

  function maySee({ visitor }: Visit, target: ShopTarget, current: ShopSnapshot): boolean {
    if (target.list === 'store') return visitor.who.role === 'admin';
    if (target.list === 'robot') return edits.maySee(visitor.who, target.storeCode);
    const found = current.conversation(target.id);
    // What is not there, or not any more, is nothing to be hidden.
    return found === null || edits.maySee(visitor.who, found.storeCode);
  }

  const mayAdd = ({ visitor }: Visit, { list }: ShopTarget) => list !== 'conversation' || visitor.who.role === 'admin';

  /** What was typed, with the address that was kept aside. Null: that is lost. */
  function wishOf({ visitor }: Visit, target: ShopTarget, typed: Fields): ShopWish | null {
    const seen = typed.one('seen');
    const isRemoved = typed.one('remove') === '1';
    switch (target.list) {
      case 'store':
        return { ...target, seen, wanted: isRemoved ? null : { name: typed.one('name') || null } };
      case 'conversation':
        return { ...target, seen, wanted: isRemoved ? null : { storeCode: typed.one('store') } };
      case 'robot': {
        if (isRemoved) return { ...target, seen, wanted: null };
        const key = typed.one('kept');
        const kept = key === '' ? {} : secrets.find(visitor.who.user, key);
        if (kept === null) return null;
        const secretOf = (name: string) => kept[name] ?? (typed.one(name) === '' ? null : new Secret(typed.one(name)));
        const wanted = {
          platform: PLATFORMS.find((platform) => platform === typed.one('platform')) ?? 'wecom',
          url: secretOf('url'),
          secret: typed.one('no-secret') === '1' ? ('none' as const) : secretOf('secret'),
          kinds: NOTICE_KINDS.filter((kind) => typed.all('kinds').includes(kind)),
          mention: typed.one('mention').split(/\s+/u).filter(Boolean),
        };
        return { ...target, seen, wanted };
      }
    }
  }

  function form(
    visit: Visit,
    target: ShopTarget,
    typed: Fields,
    problem: string | null,
    above: Part,
    status = 200,
  ): Shown {
    const { visitor } = visit;
    const current = edits.snapshot();
    const item = itemOf(current, target);
    const fields = formFields({ typed, problems: problem === null ? [] : [{ field: '', message: problem }] });
    const base = { token: visitor.formToken, list: target.list, place: typed.one('place'), seen: typed.one('seen') };
    const isNew = typed.one('seen') === '';
    const main = html`${brokenNotice(edits.isBroken())}${above}${fields.problems('没有保存')}
      <form method="post" action="${PATH}/check" class="fields">
        ${hidden(base)}${target.list !== 'robot' && isNew ? null : hidden({ id: typed.one('id') })}
        ${inputs(visit, target, typed, current, item as RobotItem | null)}
        <div class="buttons"><button>下一步：看看会改什么</button></div>
      </form>
      ${
        !isNew &&
        html`<div class="buttons">
          ${
            target.list === 'robot' &&
            html`<form method="post" action="${PATH}/test" class="inline">
              ${hidden({ ...base, id: typed.one('id') })}<button class="second">发一条测试通知</button>
            </form>`
          }
          <form method="post" action="${PATH}/check" class="inline">
            ${hidden({ ...base, id: typed.one('id'), remove: '1' })}<button class="second">删除</button>
          </form>
        </div>`
      }
      <p><a href="/console/shops">返回门店</a></p>`;
    return { kind: 'page', title: TITLES[target.list], main, status };
  }

  function inputs(
    visit: Visit,
    target: ShopTarget,
    typed: Fields,
    current: ShopSnapshot,
    robot: RobotItem | null,
  ): Html {
    const fields = formFields({ typed, problems: [] });
    switch (target.list) {
      case 'store':
        return html`${
          typed.one('seen') === ''
            ? fields.text({ name: 'id', label: '门店编号', hint: '联拓富后台的门店编号，例如 EW_N2949193145' })
            : html`<p>门店编号：<span class="account">${target.code}</span></p>`
        }
        ${fields.text({ name: 'name', label: '名字', hint: '可以不填，不填就显示编号' })}`;
      case 'conversation':
        return html`${
          typed.one('seen') === ''
            ? fields.text({ name: 'id', label: '群', hint: '平台和群的编号，例如 wecom:wrGROUP' })
            : html`<p>群：<span class="account">${target.id}</span></p>`
        }
        ${
          visit.visitor.who.role !== 'admin'
            ? hidden({ store: typed.one('store') })
            : current.stores.length <= OFFERED
              ? fields.select({
                  name: 'store',
                  label: '群里的核销记在',
                  options: current.stores.map(({ code, name }) => ({ value: code, label: name })),
                })
              : fields.text({ name: 'store', label: '群里的核销记在', hint: '门店编号' })
        }`;
      case 'robot': {
        const kinds = typed.has('seen') && typed.all('kinds').length > 0 ? typed.all('kinds') : [];
        return html`<p>${storeName(current.stores, target.storeCode)}的群机器人</p>
          ${fields.select({
            name: 'platform',
            label: '平台',
            options: PLATFORMS.map((value) => ({ value, label: PLATFORM_WORDS[value] })),
          })}
          ${fields.secret({
            name: 'url',
            label: '机器人地址',
            hint: robot === null ? '从群设置里复制的 Webhook 地址' : '不换就不用填；填过的不再显示',
            ends: robot?.ends ?? null,
          })}
          ${fields.secret({
            name: 'secret',
            label: '加签密钥',
            hint: '钉钉、飞书设了加签才要填；不换就不用填',
            ends: robot?.secretEnds ?? null,
          })}
          ${
            robot !== null &&
            robot.secretEnds !== null &&
            html`<label><input type="checkbox" name="no-secret" value="1" /> 不再用加签密钥</label>`
          }
          <fieldset>
            <legend>通知什么</legend>
            ${NOTICE_KINDS.map(
              (kind) =>
                html`<label class="choice"
                  ><input type="checkbox" name="kinds" value="${kind}" ${kinds.includes(kind) && html` checked`} />
                  ${KIND_WORDS[kind]}</label
                >`,
            )}
          </fieldset>
          ${fields.area({ name: 'mention', label: '结果未知时 @ 谁', hint: '平台里的账号，每行一个，可以不填', rows: 3 })}`;
      }
    }
  }

  function notMade(visit: Visit, target: ShopTarget, typed: Fields, why: NotMade): Shown {
    const current = edits.snapshot();
    const sentence = whyNotMade(current.stores, target.list, why);
    if (why.kind === 'unchanged') return form(visit, target, typed, null, told('ok', sentence));
    const isStale = why.kind === 'stale';
    const again = isStale ? typed.with({ seen: itemOf(current, target)?.version ?? '' }) : typed;
    const lost =
      target.list === 'robot' && typed.one('remove') !== '1' ? '地址和密钥不会再显示，要换的话请重新填。' : '';
    if (isStale && target.list === 'conversation' && why.now === null)
      return { kind: 'page', main: told('warn', sentence), status: 409 };
    return form(visit, target, again, `${sentence}${lost}`, null, isStale || why.kind === 'mapping-broken' ? 409 : 400);
  }

  function preview(visit: Visit, target: ShopTarget, typed: Fields, planned: ShopPlanned): Shown {
    const { user } = visit.visitor.who;
    const typedSecrets = SECRETS.filter((name) => typed.one(name) !== '').map(
      (name) => [name, typed.one(name)] as const,
    );
    const key = typedSecrets.length === 0 ? typed.one('kept') : secrets.keep(user, Object.fromEntries(typedSecrets));
    const kept = typed.names().filter((name) => !['token', 'kept', 'url', 'secret', 'kinds'].includes(name));
    const main = html`${comparison(
        ['现在', '改成'],
        compared(edits.snapshot().stores, target.list, planned.before, planned.after),
      )}
      <form method="post" action="${PATH}/${target.list === 'robot' ? 'save-robot' : 'save'}">
        ${hidden(Object.fromEntries(kept.map((name) => [name, typed.one(name)])))}
        ${typed.all('kinds').map((kind) => hidden({ kinds: kind }))}
        ${hidden({ token: visit.visitor.formToken, kept: key })}
        <div class="buttons">
          <button>${planned.after === null ? '确认删除' : '确认保存'}</button>
          <a class="button second" href="/console/shops">不改了</a>
        </div>
      </form>`;
    return { kind: 'page', title: '确认修改', main };
  }

  /** Reads the form for one of the actions. */
  async function act(
    visit: Visit,
    typed: Fields,
    work: (target: ShopTarget, wish: ShopWish) => Promise<Shown>,
  ): Promise<Shown> {
    const target = targetOf(typed);
    if (target === null || !maySee(visit, target, edits.snapshot())) return { kind: 'not-found' };
    const wish = wishOf(visit, target, typed);
    if (wish !== null) return work(target, wish);
    return form(visit, target, typed.with({ kept: '' }), '等得太久，填的地址已经不在了，请再填一次。', null, 409);
  }

  const save = (visit: Visit, typed: Fields, isFresh: boolean) =>
    act(visit, typed, async (target, wish) => {
      if (target.list === 'robot' && !isFresh) return { kind: 'forbidden' };
      const made = await edits.make(visit.visitor.who, wish);
      if (made.kind !== 'made') return notMade(visit, target, typed, made);
      const main = html`${told('ok', made.after === null ? '已删除，马上生效。' : '已保存，马上生效。')}
        <p><a href="/console/shops">返回门店</a> <a href="/console/shops/changes">变更记录和撤销</a></p>`;
      return { kind: 'page', title: TITLES[target.list], main };
    });

  return {
    path: PATH,
    title: '修改',
    nav: null,
    least: 'manager',
    async show(visit) {
      const asked = new Fields(visit.query);
      const target = targetOf(asked);
      const current = edits.snapshot();
      if (target === null || !maySee(visit, target, current)) return { kind: 'not-found' };
      const item = itemOf(current, target);
      if (item === null && (asked.one('id') !== '' || !mayAdd(visit, target))) return { kind: 'not-found' };
      return form(visit, target, known(asked, target, item), null, null);
    },
    actions: {
      check: {
        needsFresh: false,
        secrets: SECRETS,
        act: (visit, typed) =>
          act(visit, typed, async (target, wish) => {
            const planned = edits.plan(visit.visitor.who, wish);
            return planned.kind === 'change'
              ? preview(visit, target, typed, planned)
              : notMade(visit, target, typed, planned);
          }),
      },
      save: { needsFresh: false, secrets: SECRETS, act: (visit, typed) => save(visit, typed, false) },
      'save-robot': { needsFresh: true, secrets: SECRETS, act: (visit, typed) => save(visit, typed, true) },
      test: {
        needsFresh: true,
        async act(visit, typed) {
          const target = targetOf(typed);
          if (target?.list !== 'robot' || target.id === null || !maySee(visit, target, edits.snapshot()))
            return { kind: 'not-found' };
          const test = await edits.test(visit.visitor.who, target.storeCode, target.id);
          if (test === null) return { kind: 'not-found' };
          const item = itemOf(edits.snapshot(), target);
          const words = `${TESTED[test.outcome]}${test.answer === null || test.outcome === 'arrived' ? '' : `：${test.answer}`}`;
          const kind = test.outcome === 'arrived' ? 'ok' : 'warn';
          return form(visit, target, known(typed, target, item), null, told(kind, words));
        },
      },
    },
  };
}

/** What is known of an entry, as if it had been typed. */
function known(asked: Fields, target: ShopTarget, item: ReturnType<typeof itemOf>): Fields {
  const fields: [string, string][] = [
    ['id', asked.one('id')],
    ['place', asked.one('place')],
    ['seen', item?.version ?? ''],
  ];
  if (target.list === 'store') fields.push(['name', item !== null && 'name' in item ? (item.name ?? '') : '']);
  if (target.list === 'conversation')
    fields.push(['store', item !== null && 'storeCode' in item ? (item.storeCode ?? '') : asked.one('place')]);
  if (target.list === 'robot') {
    const robot = item !== null && 'platform' in item ? item : null;
    fields.push(['platform', robot?.platform ?? 'wecom'], ['mention', robot?.mention.join('\n') ?? '']);
    for (const kind of robot?.kinds ?? USUAL_KINDS) fields.push(['kinds', kind]);
  }
  return new Fields(fields);
}

const TITLES = { store: '门店', conversation: '记在门店的群', robot: '群机器人' } as const;

const TESTED: Readonly<Record<RobotTest['outcome'], string>> = {
  arrived: '测试通知已送达，请到群里看一下。',
  refused: '平台拒收',
  unheard: '平台没有回应，请稍后再试',
  'too-soon': '刚测试过，请一分钟后再试',
};
