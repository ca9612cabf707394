/** Shows what the groups beside the chat are told, each message as its platform's client would. */
export function createNotices({ nameOf, onArrived }) {
  const byId = (id) => document.getElementById(id);
  const log = byId('notice-log');
  const list = byId('notice-list');
  const clock = new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });
  const platforms = { wecom: '企业微信', dingtalk: '钉钉', feishu: '飞书' };
  let seen = 0;

  function show(notices) {
    const fresh = notices.filter(({ id }) => id > seen);
    if (fresh.length === 0) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    for (const notice of fresh) list.append(toItem(notice));
    seen = Math.max(...fresh.map(({ id }) => id));
    byId('no-notices').hidden = true;
    if (atEnd) scrollToEnd();
    onArrived(fresh.length);
  }

  function toItem({ group, platform, text, at }) {
    const item = byId('notice').content.firstElementChild.cloneNode(true);
    item.dataset.platform = platform;
    item.querySelector('.who').textContent = group;
    item.querySelector('.tag').textContent = platforms[platform];
    const time = item.querySelector('time');
    time.dateTime = new Date(at).toISOString();
    time.textContent = clock.format(at);
    item.querySelector('.bubble').append(...text.split('\n').map((line) => toLine(line.trimEnd(), platform)));
    return item;
  }

  /** Markdown as far as robots have it; Feishu's texts have none. Only elements and text nodes are made here. */
  function toLine(line, platform) {
    const [head = '', marks = ''] = platform === 'feishu' ? [] : (/^(#{1,6}|>)\s+/.exec(line) ?? []);
    const element = document.createElement('p');
    if (marks !== '') element.className = marks === '>' ? 'quoted' : 'heading';
    element.append(...toSpans(line.slice(head.length), platform));
    return element;
  }

  function toSpans(text, platform) {
    const marks = {
      wecom: /(<font color="\w+">[^<]*<\/font>|\*\*[^*]+\*\*|<@[^<>]+>|\[[^[\]]+\]\([^()[\]]+\))/,
      dingtalk: /(\*\*[^*]+\*\*|@[^\s@]+|\[[^[\]]+\]\([^()[\]]+\))/,
      feishu: /(<at user_id="[^"<]*">[^<]*<\/at>|\[[^[\]]+\]\([^()[\]]+\))/,
    };
    // What the pattern captures stands at the odd places.
    return text.split(marks[platform]).map((part, index) => (index % 2 === 0 ? receipts(part) : toSpan(part)));
  }

  function toSpan(part) {
    const [, color, coloured] = /^<font color="(\w+)">(.*)<\/font>$/.exec(part) ?? [];
    if (color !== undefined) return span(coloured, `colour ${color}`);
    const [, bold] = /^\*\*(.+)\*\*$/.exec(part) ?? [];
    if (bold !== undefined) return span(bold, 'bold');
    const [, called] = /^(?:<@|@|<at user_id=")([^>"]+)/.exec(part) ?? [];
    if (called !== undefined) return span(`@${nameOf(called)}`, 'mention');
    const [, label, address] = /^\[(.*)\]\((.*)\)$/.exec(part) ?? [];
    if (!/^https?:/.test(address ?? '')) return span(label ?? part, 'link');
    const link = document.createElement('a');
    link.href = address;
    link.target = '_blank';
    link.rel = 'noopener';
    link.append(receipts(label));
    return link;
  }

  /** A receipt is never broken at its hyphen. */
  function receipts(text) {
    const fragment = document.createDocumentFragment();
    const parts = text.split(/(R-[0-9A-Z]+)/);
    fragment.append(...parts.map((part, index) => (index % 2 === 0 ? part : span(part, 'receipt'))));
    return fragment;
  }

  function span(text, className) {
    const element = document.createElement('span');
    element.className = className;
    element.textContent = text;
    return element;
  }

  function scrollToEnd() {
    log.scrollTop = log.scrollHeight;
  }

  return {
    show,
    scrollToEnd,
    seen: () => seen,
    /** Another session: nothing that was shown is there any more. */
    clear() {
      list.replaceChildren();
      byId('no-notices').hidden = false;
      seen = 0;
    },
  };
}
