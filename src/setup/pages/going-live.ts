import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import type { SetupView } from '../ports.ts';

// How it goes on behind 上线, and what comes then.

const STAGES = {
  writing: { zh: '正在写设置和人员对照表……', en: 'Writing the settings and the mapping …' },
  starting: {
    zh: '正在用新的设置启动，要几秒钟。这一页会自己更新，不用刷新。',
    en: 'Starting with the new settings. This takes some seconds; the page follows by itself.',
  },
} as const satisfies Record<string, Text>;

/** What is under way, or why it failed; nothing before it has begun. */
export function showProgress({ live }: SetupView, language: Language): Html | null {
  const say = (text: Text) => text[language];
  switch (live.state) {
    case 'writing':
    case 'starting':
      return html`<p class="notice" role="status">${say(STAGES[live.state])}</p>`;
    case 'failed':
      return html`<div class="notice fail" role="alert">
        <p>
          <b>${say({ zh: '没有上线，一切都和原来一样。', en: 'It did not go live, and everything is as it was.' })}</b>
        </p>
        ${live.why !== null && html`<p>${say(live.why)}</p>`}
        <p>
          ${say({
            zh: '填过的都还在。改好出问题的那一步，再点上线。',
            en: 'What you typed is still here. Mend the step that it is about, and go live again.',
          })}
        </p>
      </div>`;
    case 'not-yet':
      return live.why === null ? null : html`<p class="notice warn">${say(live.why)}</p>`;
    case 'live':
      return null;
  }
}

/** What to do now that it is live. */
export function showAfterwards({ live, way }: SetupView, language: Language): Html {
  const say = (text: Text) => text[language];
  const mention = way === 'wecom-app-callbacks' ? '' : say({ zh: '@机器人 ', en: '@bot ' });
  return html`<p class="notice ok" role="status">
      <b>${say({ zh: '已经上线，现在运行的是正式的服务。', en: 'It is live: what runs now is the real service.' })}</b>
    </p>
    <section class="card" aria-labelledby="first-title">
      <h2 id="first-title">${say({ zh: '第一笔真实核销', en: 'The first real redemption' })}</h2>
      <ol class="numbered">
        <li>
          ${say({ zh: '先在群里发', en: 'First type' })} <code>${mention}帮助</code>${say({
            zh: '：有回复，就是接通了。一分钟还没有，运行',
            en: ': when it answers, it is connected. If it does not within a minute, run',
          })} <code>npm run doctor</code>${say({ zh: '，它会说哪里不对。', en: ', which says what is wrong.' })}
        </li>
        <li>
          ${say({
            zh: '拿一张自己的次卡，在群里发（卡号换成自己的）：',
            en: 'Take a card of your own and type in the chat, with its number:',
          })}
          <p><code>${mention}核销 914095353294404024 1</code></p>
        </li>
        <li>
          ${say({
            zh: '回复以「核销成功」开头，次数就扣掉了，带着单号 R-…。别的开头见使用说明。这是真的，退不回来。',
            en: 'A reply that begins with 核销成功 has taken the visit, and names a receipt R-…. This is real and cannot be undone.',
          })}
        </li>
        <li>
          ${say({ zh: '在哪里看：群里发', en: 'Where to see it: type' })} <code>${mention}记录</code>${say({
            zh: '，或者在这台电脑上运行',
            en: ' in the chat, or run on this machine',
          })}
          <code>npm run redemptions</code>
        </li>
      </ol>
    </section>
    <section class="card" aria-labelledby="next-title">
      <h2 id="next-title">${say({ zh: '接下来', en: 'Next' })}</h2>
      <ul>
        <li>
          ${say({
            zh: '电脑重启以后：在这个文件夹里运行',
            en: 'After a reboot of this machine: run, in this folder,',
          })}
          <code>npm start</code>${say({
            zh: '。想让它开机自己起来，照 docs/setup/server.zh-CN.md 的「开机启动」做。',
            en: '. To have it start with the machine, see “Start with the machine” in docs/setup/server.md.',
          })}
        </li>
        <li>
          ${say({ zh: '随时再检查一遍：', en: 'To check everything again, at any time:' })} <code>npm run doctor</code>
        </li>
        <li>
          ${say({
            zh: '新店员自己在群里发「绑定」，店长回「同意」。',
            en: 'New staff type 绑定 in the chat, and a manager says 同意.',
          })}
        </li>
        <li>
          <a href="/setup"
            >${say({ zh: '再接一个平台，或者改设置', en: 'Set up another platform, or change something' })}</a
          >
        </li>
      </ul>
      ${
        live.written.length > 0 &&
        html`<details>
          <summary>${say({ zh: '写了哪些文件', en: 'Which files were written' })}</summary>
          <ul>
            ${live.written.map((path) => html`<li><code>${path}</code></li>`)}
          </ul>
        </details>`
      }
    </section>`;
}
