const SHOWN = 20;

/** The mapping cannot be used. Says every place that is wrong, as far as that fits on a screen. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  readonly code = 'MAPPING';
  /** Sentences such as `line 4: staff[0].employeeId must be …`. */
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[], options?: ErrorOptions) {
    // "and one more" takes as much room as the place itself.
    const fits = problems.length <= SHOWN + 1;
    const shown = fits ? problems : [...problems.slice(0, SHOWN), `and ${problems.length - SHOWN} more`];
    super(`${file}: ${shown.join('; ')}`, options);
    this.problems = shown;
  }
}
