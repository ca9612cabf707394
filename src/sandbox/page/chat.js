import { createAttachment, pictureUrl } from './attachment.js';
import { createNotices } from './notices.js';

const POLL_MS = 300;
const POLL_HIDDEN_MS = 5_000;

const byId = (id) => document.getElementById(id);
const log = byId('log');
const entries = byId('entries');
const text = byId('text');
const panel = byId('panel');
const panelButtons = { cards: byId('show-cards'), pictures: byId('show-pictures') };
const problem = byId('problem');
const status = byId('status');
const calm = status.textContent;
const clock = new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });

const scene = await (await fetch('/sandbox/scene')).json();
const people = new Map(scene.people.map((person) => [person.id, person]));
const shown = new Map();
let unread = 0;
const notices = createNotices({
  nameOf: (id) => people.get(id)?.name ?? id,
  onArrived: (count) => markUnread(isOpen('notices') ? 0 : unread + count),
});
const attachment = createAttachment({
  samples: scene.samples,
  onChosen() {
    openPanel(null);
    byId('send').focus();
  },
  onQuoted: () => text.focus(),
  onProblem: complain,
});
let session = null;
let revision = 0;
let pollTimer;

document.title = `${scene.groupName} · 沙箱`;
byId('group').textContent = `${scene.groupName}（${people.size + 1}）`;
fillPeople();
fillCards();
fillExamples();
poll();

function fillPeople() {
  for (const { id, name, about } of scene.people) {
    const chip = fromTemplate('person');
    const radio = chip.querySelector('input');
    radio.value = id;
    radio.checked = id === scene.people[0].id;
    radio.addEventListener('change', placeEntries);
    dressAvatar(chip.querySelector('.avatar'), id);
    chip.querySelector('.name').textContent = name;
    chip.querySelector('.about').textContent = about;
    byId('people').append(chip);
  }
}

function fillCards() {
  for (const { code, label } of scene.cards) {
    const item = fromTemplate('card');
    const button = item.querySelector('button');
    button.dataset.code = code;
    item.querySelector('.number').textContent = grouped(code);
    item.querySelector('.label').textContent = label;
    button.addEventListener('click', () => fillInput(`核销 ${code} 1`));
    byId('cards').append(item);
  }
}

function fillExamples() {
  const [first, second] = scene.cards.map(({ code }) => code);
  const examples = [
    ['核销两次', `核销 ${first} 2`],
    ['带备注', `划卡 ${first} 一次 生日到店`],
    ['照卡面分组写', `核销 ${grouped(first)}`],
    ['一次两张', `核销 ${first} 1\n核销 ${second} 1`],
    ['写错了', `核销 ${first} 0`],
    ['帮助', '帮助'],
  ];
  for (const [label, says] of examples) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.addEventListener('click', () => fillInput(says));
    const item = document.createElement('li');
    item.append(button);
    byId('examples').append(item);
  }
}

async function poll() {
  clearTimeout(pollTimer);
  try {
    const response = await fetch(`/sandbox/chat?seen=${notices.seen()}&after=${revision}`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    show(await response.json());
    tell(calm);
  } catch {
    tell('服务没有应答，正在重连…');
  }
  clearTimeout(pollTimer);
  pollTimer = setTimeout(poll, document.hidden ? POLL_HIDDEN_MS : POLL_MS);
}

/** Writes only what is new: a screen reader reads every change aloud. */
function tell(sentence) {
  if (status.textContent !== sentence) status.textContent = sentence;
}

function show(changes) {
  if (session !== null && session !== changes.session) {
    // The service was restarted and its chat with it: begin anew, from its first entry.
    entries.replaceChildren();
    shown.clear();
    notices.clear();
    revision = 0;
    session = null;
    return;
  }
  session = changes.session;
  revision = Math.max(revision, changes.revision);
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  for (const entry of changes.entries) showEntry(entry);
  if (changes.entries.length > 0 && (atEnd || changes.entries.some(({ author }) => author === me()))) scrollToEnd();
  notices.show(changes.notices);
  showBalances(changes.balances);
}

function showEntry(entry) {
  const before = shown.get(entry.id);
  // Two fetches may overtake each other.
  if (before !== undefined && before.entry.revision >= entry.revision) return;
  const item = before?.item ?? appendEntry(entry);
  item.classList.toggle('working', !entry.finished);
  fillBubble(item.querySelector('.bubble'), entry);
  shown.set(entry.id, { item, entry });
  placeEntry({ item, entry });
}

function appendEntry(entry) {
  const item = fromTemplate('entry');
  const time = item.querySelector('time');
  time.dateTime = new Date(entry.at).toISOString();
  time.textContent = clock.format(entry.at);
  item.querySelector('.who').textContent = people.get(entry.author)?.name ?? scene.botName;
  dressAvatar(item.querySelector('.avatar'), entry.author);
  item.classList.toggle('bot', entry.author === null);
  quote(item.querySelector('.quote'), entry);
  if (entry.picture) item.querySelector('.bubble').before(pictureOf(entry));
  entries.append(item);
  return item;
}

/** Only text nodes and links of the bot's: nothing that people type becomes markup. Two blanks before a line break are markdown's. */
function fillBubble(bubble, { author, text: says }) {
  const [shownText, special, className] =
    author === null
      ? [says.replaceAll('  \n', '\n'), /(\[[^[\]]+\]\(https?:[^()\s]+\)|R-[0-9A-Z]+)/, 'receipt']
      : [says, new RegExp(`(@${scene.botName})`), 'mention'];
  // What the pattern captures stands at the odd places.
  const parts = shownText
    .split(special)
    .map((part, index) => (index % 2 === 0 ? part : part.startsWith('[') ? linked(part) : marked(part, className)));
  bubble.replaceChildren(...parts);
  bubble.hidden = says === '';
}

/** `[label](address)`, which the bot writes only where it leads into the console. */
function linked(part) {
  const [label, address] = part.slice(1, -1).split('](');
  const link = document.createElement('a');
  link.href = address;
  link.target = '_blank';
  link.rel = 'noopener';
  link.append(/^R-[0-9A-Z]+$/.test(label) ? marked(label, 'receipt') : label);
  return link;
}

function pictureOf({ id, author, picture }) {
  const element = fromTemplate('shown');
  const image = element.querySelector('img');
  image.src = pictureUrl(picture.id);
  image.alt = picture.alt;
  // Only then is it known how much room it takes.
  image.addEventListener('load', () => {
    if (log.scrollHeight - log.scrollTop - log.clientHeight < image.offsetHeight + 80) scrollToEnd();
  });
  const button = element.querySelector('button');
  const name = people.get(author)?.name;
  button.setAttribute('aria-label', `引用${name}的图片`);
  button.addEventListener('click', () => attachment.quote({ id, name, picture }));
  return element;
}

/** The card with buttons below a question, as the one who looks sees it. */
function fillCard(element, card) {
  element.hidden = card === null;
  if (card === null) return;
  const { title, detail, buttons } = card.own[me()] ?? card.face;
  element.querySelector('.ask-title').textContent = title;
  element.querySelector('.ask-detail').textContent = detail;
  const about = `${title.replace(/^.*待确认：/u, '')} ${detail}`;
  const made = buttons.map(({ text: label, key }) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    // Several cards have the same buttons: in a list of buttons each says what it is about.
    button.setAttribute('aria-label', `${label}：${about}`);
    button.addEventListener('click', () => post('taps', { person: me(), taskId: card.taskId, key }));
    return button;
  });
  element.querySelector('.ask-buttons').replaceChildren(...made);
}

function marked(part, className) {
  const mark = document.createElement('span');
  mark.className = className;
  mark.textContent = part;
  return mark;
}

/** Says which message is answered, unless it is the bot that answers and the message stands right above. */
function quote(element, { author: answers, inReplyTo }) {
  const original = shown.get(inReplyTo);
  if (original === undefined || (answers === null && original.item === entries.lastElementChild)) return;
  const { author, text: said, picture } = original.entry;
  const words = said.replace(`@${scene.botName}`, '').trim();
  element.textContent = [`${people.get(author)?.name}：`, picture ? '[图片]' : '', words].join('');
  if (picture && answers !== null) element.prepend(miniature(picture));
  element.hidden = false;
}

function miniature({ id, alt }) {
  const image = document.createElement('img');
  image.src = pictureUrl(id);
  image.alt = alt;
  return image;
}

/** The messages of the chosen person stand on the right. */
function placeEntries() {
  for (const each of shown.values()) placeEntry(each);
  scrollToEnd();
}

function placeEntry({ item, entry }) {
  item.classList.toggle('mine', entry.author === me());
  fillCard(item.querySelector('.ask'), entry.card);
}

function showBalances(balances) {
  for (const button of byId('cards').querySelectorAll('button')) {
    button.querySelector('.left').textContent = `余${balances[button.dataset.code]}次`;
  }
}

async function send() {
  const says = text.value.trim();
  const beside = attachment.take();
  if (says === '' && beside === null) return;
  text.value = '';
  if (await post('messages', { person: me(), text: says, ...beside?.message })) return;
  text.value ||= says;
  beside?.putBack();
}

/** Says or taps something. Resolves with whether it went out; where not, the page says so. */
async function post(what, body) {
  try {
    const response = await fetch(`/sandbox/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status === 410) {
      complain('这张图片已经不在了，请重新选一张。');
      return false;
    }
    if (!response.ok) throw new Error(`status ${response.status}`);
    complain('');
    poll();
    return true;
  } catch {
    complain('没有发出去，请再试一次。');
    return false;
  }
}

for (const button of document.querySelectorAll('.to-console'))
  button.addEventListener('click', () => openConsole('everything' in button.dataset ? null : me()));

/** As the person who speaks; null: as whoever is at this machine. */
async function openConsole(person) {
  const response = await fetch('/sandbox/console', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  }).catch(() => null);
  if (response?.ok) location.assign('/console');
  else if (response?.status === 409)
    complain(`${people.get(person)?.name ?? ''}没有绑定，进不了控制台。换一个身份试试。`);
  else complain('没有打开，请再试一次。');
}

/** An empty sentence takes away the last one. */
function complain(sentence) {
  problem.textContent = sentence;
  problem.hidden = sentence === '';
}

function fillInput(says) {
  text.value = says;
  openPanel(null);
  text.focus();
  text.setSelectionRange(says.length, says.length);
}

/** On a phone it lies below the chat, with the pictures or with the cards; null closes it. */
function openPanel(what) {
  for (const [name, button] of Object.entries(panelButtons)) {
    button.setAttribute('aria-expanded', String(name === what));
  }
  panel.classList.toggle('open', what !== null);
  panel.dataset.shows = what ?? '';
  scrollToEnd();
}

/** On a phone there is room for one of the two. */
function view(name) {
  document.body.dataset.view = name;
  byId('view-chat').setAttribute('aria-pressed', String(name === 'chat'));
  byId('view-notices').setAttribute('aria-pressed', String(name === 'notices'));
  if (name === 'notices') {
    markUnread(0);
    notices.scrollToEnd();
  } else scrollToEnd();
}

function isOpen(id) {
  return byId(id).checkVisibility();
}

function markUnread(count) {
  unread = count;
  const mark = byId('unread');
  mark.hidden = count === 0;
  mark.textContent = count > 99 ? '99+' : String(count);
}

byId('view-chat').addEventListener('click', () => view('chat'));
byId('view-notices').addEventListener('click', () => view('notices'));
byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  send();
});
text.addEventListener('keydown', (event) => {
  // While an input method composes, Enter picks a word. Safari has ended the composition by then, but gives the key the
  // number that stands for an input method (W3C, UI Events, 8.3.1).
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  send();
});
for (const [name, button] of Object.entries(panelButtons)) {
  button.addEventListener('click', () => openPanel(button.getAttribute('aria-expanded') === 'true' ? null : name));
}
panel.addEventListener('keydown', (event) => {
  const opener = panelButtons[panel.dataset.shows];
  if (event.key !== 'Escape' || opener === undefined) return;
  openPanel(null);
  opener.focus();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) poll();
});
window.addEventListener('resize', () => {
  scrollToEnd();
  if (isOpen('notices')) markUnread(0);
});

function me() {
  return document.querySelector('input[name=person]:checked').value;
}

function dressAvatar(avatar, author) {
  avatar.dataset.author = author ?? 'bot';
  avatar.textContent = people.get(author)?.name.slice(0, 1) ?? '';
}

function grouped(code) {
  return code.replace(/(.{4})(?=.)/g, '$1 ');
}

function scrollToEnd() {
  log.scrollTop = log.scrollHeight;
}

function fromTemplate(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}
