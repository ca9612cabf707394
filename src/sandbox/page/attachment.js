const MAX_BYTES = 10 * 1024 * 1024;
const TOO_LARGE = '这张图片超过 10 MB，发不了。请换一张小一点的，或者截个图再发。';

export const pictureUrl = (id) => `/sandbox/pictures/${id}`;

/**
 * What goes into the chat with the next message: a picture of the samples or of one's own, or a picture of the chat that
 * is quoted. `onChosen` is called when a picture is there, `onQuoted` when one is quoted; `onProblem` is told in words
 * what is wrong, or '' where nothing is any more.
 */
export function createAttachment({ samples, onChosen, onQuoted, onProblem }) {
  const byId = (id) => document.getElementById(id);
  const strip = byId('attachment');
  const mention = byId('mention');
  let chosen = null;

  for (const sample of samples) {
    const item = byId('sample').content.firstElementChild.cloneNode(true);
    const button = item.querySelector('button');
    button.dataset.sample = sample.id;
    item.querySelector('img').src = pictureUrl(sample.id);
    item.querySelector('.label').textContent = sample.label;
    button.addEventListener('click', () => choose(sample.id, sample.alt, sample.label));
    byId('samples').append(item);
  }
  for (const input of [byId('camera'), byId('library')]) {
    input.addEventListener('change', () => {
      const [file] = input.files;
      // The same file again is a change as well.
      input.value = '';
      if (file !== undefined) upload(file);
    });
  }
  byId('detach').addEventListener('click', () => show(null));

  async function upload(file) {
    if (file.size > MAX_BYTES) {
      onProblem(TOO_LARGE);
      return;
    }
    onProblem('');
    try {
      const type = file.type.startsWith('image/') ? file.type : 'application/octet-stream';
      const response = await fetch('/sandbox/pictures', {
        method: 'POST',
        headers: { 'content-type': type },
        body: file,
      });
      if (response.status === 413) onProblem(TOO_LARGE);
      else if (!response.ok) throw new Error(`status ${response.status}`);
      else choose((await response.json()).id, '自己的图片', file.name);
    } catch {
      onProblem('图片没有传上去，请再选一次。');
    }
  }

  function choose(id, alt, what) {
    mention.checked = true;
    show({ picture: { id, alt }, what, message: { picture: id } });
    onChosen();
  }

  function show(next) {
    chosen = next;
    strip.hidden = next === null;
    if (next === null) return;
    const { picture, what, message } = next;
    byId('attached').src = pictureUrl(picture.id);
    byId('attached').alt = picture.alt;
    byId('attached-what').textContent = what;
    // Who quotes a picture writes to the bot; a picture alone may be meant for the group.
    byId('mention-row').hidden = message.quote !== undefined;
  }

  return {
    /** `id`: of the message in the chat. */
    quote({ id, name, picture }) {
      show({ picture, what: `引用 ${name} 的图片`, message: { quote: id } });
      onQuoted();
    },
    /** Takes off what is to be sent; null where there is nothing. */
    take() {
      if (chosen === null) return null;
      const taken = chosen;
      show(null);
      const mentions = taken.message.quote !== undefined || mention.checked;
      return { message: { ...taken.message, mention: mentions }, putBack: () => chosen ?? show(taken) };
    },
  };
}
