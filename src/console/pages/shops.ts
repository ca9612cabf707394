import type { ShopEdits } from '../../desk/shop-edits.ts';
import { html, type Html } from '../../pages/html.ts';
import type { RobotItem } from '../../redemption/shops.ts';
import type { ConsolePage, Visit } from '../page.ts';
import { kindsWords } from './mapping/shop-words.ts';
import { brokenNotice, PLATFORM_WORDS } from './mapping/words.ts';

const PATH = '/console/shops';
const PAGE_SIZE = 50;
/** Conversations of one store that are shown at once. */
const MOST_CONVERSATIONS = 50;

/** The stores, the conversations that are booked to them, and the groups' robots. */
export function createShopsPage({ edits }: { readonly edits: ShopEdits }): ConsolePage {
  const link = (action: Readonly<Record<string, string>>) => `${PATH}/edit?${String(new URLSearchParams(action))}`;

  function robotsOf(robots: readonly RobotItem[], storeCode: string | null): Html {
    const place = storeCode ?? '';
    return html`<ul class="rows">
        ${robots.map(
          (robot) =>
            html`<li>
              <p>${PLATFORM_WORDS[robot.platform]}群机器人，地址最后四位 ${robot.ends}</p>
              <p class="hint">
                通知：${kindsWords(robot)}${robot.mention.length > 0 && `；结果未知时 @${robot.mention.join('、')}`}
              </p>
              <p>
                <a href="${link({ list: 'robot', place, id: robot.id })}"
                  >修改、测试或删除<span class="unseen">${robot.ends}</span></a
                >
              </p>
            </li>`,
        )}
      </ul>
      ${robots.length === 0 && html`<p>还没有群机器人。</p>`}
      <p><a class="button second" href="${link({ list: 'robot', place })}">添加群机器人</a></p>`;
  }

  function oneStore({ visitor }: Visit, code: string): Html | null {
    const current = edits.snapshot();
    const store = current.store(code);
    if (store === null || !edits.maySee(visitor.who, code)) return null;
    const isAdmin = visitor.who.role === 'admin';
    const conversations = current.conversations(code);
    const page = conversations.slice(0, MOST_CONVERSATIONS);
    return html`<section>
      <h2>${store.name ?? code}</h2>
      <p>门店编号 <span class="account">${code}</span>，${current.people(code)}位员工</p>
      ${isAdmin && html`<p><a href="${link({ list: 'store', id: code })}">改名或删除门店</a></p>`}
      <h3>记在本店的群</h3>
      <p class="hint">在这些群里发的核销，不管是谁发的，都记在本店。</p>
      ${page.length === 0 && html`<p>没有。</p>`}
      <ul class="rows">
        ${page.map(
          ({ id }) =>
            html`<li>
              <p class="account">${id}</p>
              <p>
                <a href="${link({ list: 'conversation', id })}">修改或删除<span class="unseen">${id}</span></a>
              </p>
            </li>`,
        )}
      </ul>
      ${conversations.length > page.length && html`<p>还有${conversations.length - page.length}个群没有列出。</p>`}
      ${
        isAdmin &&
        html`<p><a class="button second" href="${link({ list: 'conversation', place: code })}">添加群</a></p>`
      }
      <h3>本店的群机器人</h3>
      ${robotsOf(current.robots(code), code)}
    </section>`;
  }

  function allStores({ query }: Visit): Html {
    const current = edits.snapshot();
    const search = (query.get('q') ?? '').trim();
    const found = current.stores.filter(
      ({ code, name }) => search === '' || code.includes(search) || name.includes(search),
    );
    const page = Math.max(1, Math.trunc(Number(query.get('page')) || 1));
    const shown = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
    const at = (to: number) => `${PATH}?${String(new URLSearchParams({ q: search, page: String(to) }))}`;
    return html`<section>
        <h2>门店</h2>
        <form method="get" action="${PATH}" class="filters">
          <div class="field">
            <label for="q">门店名字或编号</label>
            <input type="text" id="q" name="q" value="${search}" autocomplete="off" />
          </div>
          <button class="second">查找</button>
        </form>
        <p>共${found.length}个门店</p>
        <ul class="rows">
          ${shown.map(
            ({ code, name }) =>
              html`<li>
                <p><a href="${PATH}?code=${encodeURIComponent(code)}">${name}</a></p>
                <p class="hint">${code}，${current.people(code)}位员工</p>
              </li>`,
          )}
        </ul>
        <nav class="buttons" aria-label="翻页">
          ${page > 1 && html`<a class="button second" rel="prev" href="${at(page - 1)}">上一页</a>`}
          ${page * PAGE_SIZE < found.length && html`<a class="button second" rel="next" href="${at(page + 1)}">下一页</a>`}
        </nav>
        <p><a class="button second" href="${link({ list: 'store' })}">添加门店</a></p>
      </section>
      <section>
        <h2>听所有门店的群机器人</h2>
        ${robotsOf(current.robots(null), null)}
      </section>`;
  }

  return {
    path: PATH,
    title: '门店和群机器人',
    nav: '门店',
    least: 'manager',
    async show(visit) {
      const { who } = visit.visitor;
      const code = visit.query.get('code') ?? (who.role === 'admin' ? null : (who.member?.store.code ?? ''));
      const content = code === null ? allStores(visit) : oneStore(visit, code);
      if (content === null) return { kind: 'not-found' };
      const main = html`${brokenNotice(edits.isBroken())}${content}
        <p>
          <a class="button second" href="${PATH}/changes">变更记录</a>
          ${who.role === 'admin' && code !== null && html`<a class="button second" href="${PATH}">所有门店</a>`}
        </p>`;
      return { kind: 'page', main };
    },
    actions: {},
  };
}
