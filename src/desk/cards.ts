import { createCheck, type Check, type CheckParts } from './check.ts';
import { createQuery, type QueryCard, type QueryParts } from './query.ts';
import { createQuestions, type Questions, type QuestionsParts } from './questions.ts';

/** What people ask and answer about cards and single redemptions. */
export interface CardDesk {
  readonly query: QueryCard;
  readonly check: Check;
  readonly questions: Questions;
}

export function createCardDesk(parts: QueryParts & CheckParts & QuestionsParts): CardDesk {
  return { query: createQuery(parts), check: createCheck(parts), questions: createQuestions(parts) };
}
