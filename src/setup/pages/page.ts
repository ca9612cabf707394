import type { Fields } from '../../pages/form.ts';
import type { Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import type { Finding } from '../checks/check.ts';
import type { FieldProblem, Saved, Setup, SetupView, Step } from '../ports.ts';

/** The page of one step. */
export interface SetupPage {
  readonly step: Step;
  /** In a few words, also for the list of the steps. */
  readonly title: Text;
  /** What stands in the page; its title and the list of the steps stand around it. */
  show(context: PageContext): Html;
  /** Whether it changes by itself, so that it follows the state of the setup; absent: it does not. */
  follows?(view: SetupView): boolean;
  /** What its forms do, by the last part of their addresses: `/setup/<step>/<action>`; an empty one is `/setup/<step>`. */
  readonly actions: Readonly<Record<string, Action>>;
}

/** Carries out what a form asks for. `revision` is that of the form. */
export type Action = (fields: Fields, setup: Setup, revision: number) => Promise<Acted> | Acted;

export type Acted =
  /** The browser is sent to the page of a step: to the same one, where none is named. */
  | (Extract<Saved, { kind: 'saved' }> & { readonly to?: Step })
  /** The page is shown again with what was typed. */
  | Exclude<Saved, { kind: 'saved' }>
  /** Nothing was taken: the page is shown with these fields, such as rows that were read from what was pasted. */
  | {
      readonly kind: 'shown';
      readonly fields: Fields;
      readonly problems?: readonly FieldProblem[];
      /** What came of what was tried, by a name that the page knows. */
      readonly findings?: Readonly<Record<string, Finding>>;
    };

export interface PageContext {
  readonly view: SetupView;
  readonly language: Language;
  /** What was typed and was not taken; null where the page is opened anew. */
  readonly typed: Fields | null;
  readonly problems: readonly FieldProblem[];
  readonly findings: Readonly<Record<string, Finding>>;
  /** The address of the browser, such as `http://127.0.0.1:3000`. */
  readonly origin: string;
}
