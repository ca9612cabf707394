import { formFields } from '../../pages/fields.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';

export const ENTRY_TITLE: Text = { zh: '输入一次性代码', en: 'Enter the one-time code' };

export interface Entry {
  readonly language: Language;
  /** What was typed, or stood in the address. */
  readonly code: string;
  readonly problem: Text | null;
}

/** Where the code of the terminal is given. */
export function showEntry({ language, code, problem }: Entry): Html {
  const say = (text: Text) => text[language];
  const fields = formFields({
    typed: null,
    problems: problem === null ? [] : [{ field: 'code', message: say(problem) }],
  });
  return html`<h1>${say(ENTRY_TITLE)}</h1>
    <p>
      ${say({
        zh: '这一页会读写密钥，所以要先证明您就在这台电脑前：运行服务的终端里有一个一次性代码。',
        en: 'This page handles keys, so it asks you to show that you are at this machine: the terminal that runs the service has printed a one-time code.',
      })}
    </p>
    <form method="post" action="/setup/enter" class="card">
      ${fields.text({
        name: 'code',
        label: say({ zh: '终端里的代码', en: 'The code from the terminal' }),
        value: code,
        required: true,
        hint: html`${say({ zh: '终端里没有？另开一个终端，在同一个文件夹里运行', en: 'Not there? Open another terminal in the same folder and run' })}
          <code>npm run setup</code>${say({ zh: '，它会给出新的代码。', en: ': it prints a new one.' })}`,
      })}
      <button type="submit" ${code !== '' && problem === null && html` autofocus`}>
        ${say({ zh: '进入设置', en: 'Open the setup' })}
      </button>
    </form>`;
}
