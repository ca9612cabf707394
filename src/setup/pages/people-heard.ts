import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import type { SetupView } from '../ports.ts';
import type { PeopleRows } from './people-rows.ts';

/** Who wrote to the bot and is not in the list yet, and which groups were heard: each is put in by one tap. */
export function showHeard(view: SetupView, rows: PeopleRows, language: Language): Html | null {
  const say = (text: Text) => text[language];
  const heard = view.listening?.heard ?? [];
  const people = heard.filter(({ user }) => rows.staff.every((row) => row.user !== user));
  const groups = [...new Set(heard.flatMap(({ conversation }) => conversation ?? []))].filter((id) =>
    rows.conversations.every((row) => row.id !== id),
  );
  if (people.length === 0 && groups.length === 0) return null;
  const hasManager = view.admins.length > 0 || rows.staff.some(({ role }) => role === 'manager');
  const choose = (address: string, value: string, label: string, about: string) =>
    html`<button
      class="small"
      formaction="/setup/people/${address}"
      name="chosen"
      value="${value}"
      aria-label="${label} ${about}"
    >
      ${label}
    </button>`;

  return html`<section class="card" aria-labelledby="heard-title">
    <h2 id="heard-title">${say({ zh: '给机器人发过消息的', en: 'Who has written to the bot' })}</h2>
    <ul class="rows">
      ${people.map(({ user, text, at }) => {
        const manager = choose('put-in', `manager ${user}`, say({ zh: '设为店长', en: 'Make a manager' }), user);
        const staff = choose('put-in', `staff ${user}`, say({ zh: '加为店员', en: 'Add as staff' }), user);
        return html`<li>
          <p class="head"><code>${user}</code></p>
          <p class="hint">${timeOf(at)} “${text}”</p>
          <p class="buttons">${hasManager ? [staff, manager] : [manager, staff]}</p>
        </li>`;
      })}
      ${groups.map(
        (id) =>
          html`<li>
            <p class="head">${say({ zh: '群', en: 'Group' })} <code>${id}</code></p>
            <p class="buttons">${choose('tie', id, say({ zh: '归到一家店', en: 'Give it to a store' }), id)}</p>
          </li>`,
      )}
    </ul>
  </section>`;
}

/** Hours and minutes at the machine that runs the service, which is where the browser is. */
function timeOf(at: number): string {
  return new Date(at).toTimeString().slice(0, 5);
}
