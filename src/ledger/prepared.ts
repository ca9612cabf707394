import { CompiledQuery, type Compilable, type Kysely, type QueryExecutorProvider, type QueryResult } from 'kysely';
import type { Tables } from './schema.ts';

/** Stands for a value while a query is built. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

interface Text {
  readonly sql: string;
  /** For each parameter the name of its value, or the value itself where it is always the same. */
  readonly parameters: readonly unknown[];
}

/**
 * A query that is run often: built and compiled once for each database instead of each time. What `build` does with a
 * value must not depend on what it is, for it is given places in their stead.
 */
export function prepare<Values extends object, Row>(
  build: (db: Kysely<Tables>, values: Values) => Compilable<Row>,
): (db: Kysely<Tables>, values: Values) => Promise<QueryResult<Row>> {
  const texts = new WeakMap<object, Text>();
  const places = new Proxy({} as Values, { get: (_, name) => new Place(String(name)) });

  return (db, values) => {
    const { adapter } = (db as QueryExecutorProvider).getExecutor();
    let text = texts.get(adapter);
    if (text === undefined) {
      text = build(db, places).compile();
      texts.set(adapter, text);
    }
    const given = values as Readonly<Record<string, unknown>>;
    const parameters = text.parameters.map((one) => (one instanceof Place ? given[one.name] : one));
    return db.executeQuery(CompiledQuery.raw(text.sql, parameters));
  };
}
