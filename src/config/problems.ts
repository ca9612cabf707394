/** One thing that is wrong with one setting. The message says what and what to do; it never holds the value. */
export interface Problem {
  /** The variable, or the file when it is the file that is wrong. */
  readonly name: string;
  readonly message: string;
}

/** The settings cannot be used. Carries every problem, not just the first. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SETTINGS';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(formatProblems(problems));
    this.problems = problems;
  }
}

/** One screen for the operator who starts the program: a line per problem, the names in a column. */
export function formatProblems(problems: readonly Problem[]): string {
  const width = Math.max(...problems.map(({ name }) => name.length));
  return [
    `Not started: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in the settings.`,
    '',
    ...problems.map(({ name, message }) => `  ${name.padEnd(width)}  ${message}`),
    '',
    'Settings come from the environment and the .env file; docs/settings.md lists them all.',
    'npm run setup opens /setup, the page that fills them in; npm run doctor looks at all that a live service needs.',
  ].join('\n');
}
