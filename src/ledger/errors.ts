/**
 * `in-use`: another service has this file. `storage`: the disk or the database refused, or was not there.
 * `uncertain`: the database did not say whether it has stored this; it may have happened all the same. `closed`: the
 * ledger is closed.
 */
export type LedgerErrorCode = 'in-use' | 'storage' | 'uncertain' | 'closed';

export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
