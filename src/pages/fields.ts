import type { Fields } from './form.ts';
import { html, type Html, type Part } from './html.ts';

/** What a form is shown with again. */
export interface FormState {
  /** What was typed and is not taken yet; null: the form is shown with what is known. */
  readonly typed: Fields | null;
  /** What is wrong, by the names of the fields; that of an empty name is about the whole form. */
  readonly problems: readonly { readonly field: string; readonly message: string }[];
}

export interface Field {
  readonly name: string;
  readonly label: Part;
  /** What it is, where it comes from, what it looks like. */
  readonly hint?: Part;
  /** What is known, where nothing was typed. */
  readonly value?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  /** Hides the label from sight, where the head of a table says it. */
  readonly labelUnseen?: boolean;
  /** What a keyboard on the screen offers. */
  readonly inputmode?: 'text' | 'numeric' | 'url';
  /** The id of a `datalist`, whose options are offered. */
  readonly list?: string;
  /** Where the page is opened with it; a field with something wrong goes first. */
  readonly autofocus?: boolean;
}

export interface FormFields {
  text(field: Field): Html;
  /** It is never shown again: `ends` are the last four characters of the one that is known, null where none is. */
  secret(field: Omit<Field, 'value'> & { readonly ends: string | null }): Html;
  area(field: Field & { readonly rows?: number }): Html;
  select(field: Field & { readonly options: readonly { readonly value: string; readonly label: string }[] }): Html;
  /** Lists what is wrong, with a link to each field; nothing where nothing is. */
  problems(title: string): Html | null;
  /** What is wrong with one field, null: nothing. */
  problemOf(name: string): string | null;
}

/** Makes the fields of a form: each with its label, what was typed, and what is wrong with it. The first wrong one has the focus. */
export function formFields({ typed, problems }: FormState): FormFields {
  const [first] = problems;
  // Of several of one field the first one is said.
  const byField = new Map(problems.toReversed().map(({ field, message }) => [field, message]));
  const problemOf = (name: string) => byField.get(name) ?? null;
  const valueOf = ({ name, value = '' }: Field) => (typed?.has(name) === true ? typed.one(name) : value);

  /** The attributes that all controls have. */
  const attributes = ({ name, hint, placeholder, required, autofocus }: Field): Html => {
    const problem = problemOf(name);
    const hasFocus = first === undefined ? autofocus === true : first.field === name;
    const id = fieldId(name);
    const described = [isThere(hint) && `${id}-hint`, problem !== null && `${id}-problem`].filter(Boolean).join(' ');
    return html`id="${id}"
    name="${name}"${described !== '' && html` aria-describedby="${described}"`}${
      problem !== null && html` aria-invalid="true"`
    }${hasFocus && html` autofocus`}${required === true && html` aria-required="true"`}${
      placeholder !== undefined && html` placeholder="${placeholder}"`
    }`;
  };

  const around = (field: Field, control: Html): Html => {
    const id = fieldId(field.name);
    const problem = problemOf(field.name);
    return html`<div class="field${problem !== null && ' wrong'}">
      <label for="${id}" ${field.labelUnseen === true && html` class="unseen"`}>${field.label}</label
      >${isThere(field.hint) && html`<div class="hint" id="${id}-hint">${field.hint}</div>`}${control}${
        problem !== null && html`<p class="problem" id="${id}-problem">${problem}</p>`
      }
    </div>`;
  };

  const mode = ({ inputmode }: Field) => inputmode !== undefined && html` inputmode="${inputmode}"`;

  return {
    text: (field) =>
      around(
        field,
        html`<input
          type="text"
          ${attributes(field)}${mode(field)}${field.list !== undefined && html` list="${field.list}"`}
          value="${valueOf(field)}"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
        />`,
      ),
    secret: (field) => {
      const placeholder = field.ends === null ? field.placeholder : `••••${field.ends}`;
      return around(
        field,
        html`<input
          type="password"
          ${attributes({ ...field, ...(placeholder !== undefined && { placeholder }) })}
          value=""
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
        />`,
      );
    },
    area: (field) =>
      around(
        field,
        // The first line break behind the tag is dropped by browsers.
        html`<textarea
          ${attributes(field)}
          rows="${field.rows ?? 6}"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
        >
${typed?.has(field.name) === true ? typed.text(field.name) : (field.value ?? '')}</textarea>`,
      ),
    select: (field) => {
      const chosen = valueOf(field);
      return around(
        field,
        html`<select ${attributes(field)}>
          ${field.options.map(
            ({ value, label }) =>
              html`<option value="${value}" ${value === chosen && html` selected`}>${label}</option>`,
          )}
        </select>`,
      );
    },
    problems: (title) =>
      problems.length === 0
        ? null
        : html`<div class="problems" role="alert" ${first?.field === '' && html` tabindex="-1" autofocus`}>
            <h2>${title}</h2>
            <ul>
              ${problems.map(
                ({ field, message }) =>
                  html`<li>${field === '' ? message : html`<a href="#${fieldId(field)}">${message}</a>`}</li>`,
              )}
            </ul>
          </div>`,
    problemOf,
  };
}

/** The id of a field's control, for links to it. */
export function fieldId(name: string): string {
  return `field-${name.replace(/[^A-Za-z0-9_]+/gu, '-').replace(/-$/u, '')}`;
}

const isThere = (part: Part) => part !== undefined && part !== null && part !== false && part !== '';
