import { readUtf8 } from '../utf8.ts';
import { partsOf, type MappingParts } from './indexed-mapping.ts';
import { JsonTextError, linesOf, parseJson } from './json-text.ts';
import { MappingError } from './mapping-error.ts';
import { assertMapping, InvalidMapping, type Mapping } from './mapping.ts';

/**
 * Reads the text of a mapping file; `file` is how messages call it, `robotHosts` are the hosts on which group robots may
 * be besides the platforms' own. Throws MappingError with lines and places.
 */
export function readMapping(text: string, file: string, robotHosts: readonly string[] = []): Mapping {
  // Windows editors like to put a byte order mark there.
  const json = text.replace(/^\uFEFF/u, '');
  try {
    const document = parseJson(json);
    assertMapping(document, robotHosts);
    return document;
  } catch (error) {
    if (error instanceof JsonTextError) throw new MappingError(file, [error.message], { cause: error });
    if (error instanceof InvalidMapping) throw new MappingError(file, withLines(json, error), { cause: error });
    throw error;
  }
}

/** As readMapping, from the bytes of a file, for a service to go by. */
export function readParts(bytes: Buffer, file: string, robotHosts: readonly string[]): MappingParts {
  const read = readUtf8(bytes);
  if ('problem' in read) throw new MappingError(file, [read.problem]);
  return partsOf(bytes, readMapping(read.text, file, robotHosts));
}

function withLines(json: string, { problems }: InvalidMapping): string[] {
  // What is missing has no line of its own: its owner's is the next best.
  const ownerOf = (place: string) => place.slice(0, Math.max(0, place.lastIndexOf(place.endsWith(']') ? '[' : '.')));
  const lines = linesOf(json, new Set(problems.flatMap(({ place }) => [place, ownerOf(place)])));
  return problems.map(({ place, sentence }) => {
    const line = lines.get(place) ?? lines.get(ownerOf(place)) ?? 1;
    return `line ${line}: ${sentence}`;
  });
}
