import type { ErrorRecord } from '../model/errors.ts';
import { formatSource, type Source } from '../model/source.ts';
import { errorLines } from './error-lines.ts';
import { fittingOf } from './labels.ts';
import type { Layout } from './layout.ts';
import type { Line } from './styled-line.ts';

/** An error and where it happened. */
export interface PlacedError {
  readonly host: string;
  /** `KIND[IDENTITY]`, where a declaration is concerned. */
  readonly label?: string | undefined;
  readonly source?: Source | undefined;
  readonly error: ErrorRecord;
}

export interface ErrorGroup {
  readonly error: ErrorRecord;
  readonly places: readonly PlacedError[];
}

/** Errors that say the same are said once: a mirror that is down fails on a hundred hosts in the same words. */
export function errorGroups(errors: readonly PlacedError[]): readonly ErrorGroup[] {
  const groups = Map.groupBy(errors, ({ error: { code, problem, remedy, detail } }) =>
    JSON.stringify([code, problem, remedy, detail]),
  );
  return [...groups.values()].flatMap((places) => {
    const [first] = places;
    return first === undefined ? [] : [{ error: first.error, places }];
  });
}

export function errorGroupLines(group: ErrorGroup, layout: Layout): readonly Line[] {
  const { host: _, resource: __, source: ___, ...bare } = group.error;
  return errorLines({ ...bare, ...placeOf(group.places, layout) }, layout);
}

/** One host or many, one declaration or many: what is common to all is said once. */
function placeOf(
  places: readonly PlacedError[],
  { width, isVerbose }: Layout,
): Pick<ErrorRecord, 'host' | 'resource'> {
  const room = isVerbose ? Number.POSITIVE_INFINITY : Math.floor(width / 2);
  const hosts = [...new Set(places.map(({ host }) => host))];
  const labels = [...new Set(places.flatMap(({ label }) => (label === undefined ? [] : [label])))];
  const [label] = labels;
  const host = fittingOf(hosts, room);
  if (label === undefined) return { host };
  if (hosts.length > 1 && labels.length > 1) {
    return {
      host: fittingOf(
        places.map((place) => `${place.host} ${place.label}`),
        room * 2,
      ),
    };
  }
  const sources = [...new Set(places.map(({ source }) => formatSource(source)))];
  const where = sources.length === 1 ? ` (${sources[0]})` : '';
  return { host, resource: `${fittingOf(labels, room)}${where}` };
}
