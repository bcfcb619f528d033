import { HostwrightError } from '../model/errors.ts';
import { suggestion } from '../model/near-names.ts';
import { isWithin, type Selection } from '../model/selection.ts';
import type { Placed } from './place.ts';

/** Errors: TAG_UNKNOWN for a tag that no declaration of the selected hosts has: a slip would change too little or too much. */
export function requireKnownTags(placed: readonly Placed[], selection: Selection): void {
  const own = placed.filter(({ host }) => isWithin(selection, host.name));
  const known = [...new Set(own.flatMap(({ declaration }) => declaration.tags))].toSorted();
  for (const tag of [...(selection.tags ?? []), ...selection.skipTags]) {
    if (known.includes(tag)) continue;
    throw new HostwrightError('TAG_UNKNOWN', {
      problem: `No declaration of these hosts has the tag ${JSON.stringify(tag)}. ${suggestion(tag, known)}`,
    });
  }
}
