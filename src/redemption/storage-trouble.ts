/**
 * Whether what storage was asked to do may have been done although it failed: no answer said whether it was. The code is
 * the ledger's, which marks such errors with it.
 */
export function mayHaveHappened(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'uncertain';
}
