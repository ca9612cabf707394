/**
 * Whether what storage was asked to do may have been done although it failed: nobody said whether it was. The code is the
 * ledger's; whoever keeps one marks such errors with it.
 */
export function mayHaveHappened(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'uncertain';
}
