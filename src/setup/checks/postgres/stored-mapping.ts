import { MappingError } from '../../../mapping/mapping-error.ts';
import { MappingTable, type StoredMapping } from '../../../mapping/mapping-table.ts';
import { describeFailure, sqlState } from '../../../postgres/errors.ts';

const NO_TABLE = '42P01';

/** The text of the mapping in a database, without making its table where there is none. Throws MappingError. */
export async function readStoredMapping(url: string): Promise<StoredMapping | null> {
  await using table = MappingTable.onExisting(url);
  try {
    return await table.read();
  } catch (error) {
    if (sqlState(error) === NO_TABLE) return null;
    throw new MappingError('the mapping in the database', [`cannot be read: ${describeFailure(error)}`], {
      cause: error,
    });
  }
}
