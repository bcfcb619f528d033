import { HostwrightError } from '../model/errors.ts';
import { suggestion } from '../model/near-names.ts';
import { isSelected, isWithin, type Selection } from '../model/selection.ts';
import type { Placed } from './place.ts';

/**
 * A slip would change too little or too much.
 * Errors: TAG_UNKNOWN for a tag that no declaration of the selected hosts has, TAGS_SELECT_NOTHING where none is left of them.
 */
export function requireKnownTags(placed: readonly Placed[], selection: Selection): void {
  const own = placed.filter(({ host }) => isWithin(selection, host.name));
  const known = [...new Set(own.flatMap(({ declaration }) => declaration.tags))].toSorted();
  for (const tag of [...(selection.tags ?? []), ...selection.skipTags]) {
    if (known.includes(tag)) continue;
    throw new HostwrightError('TAG_UNKNOWN', {
      problem: `No declaration of these hosts has the tag ${JSON.stringify(tag)}. ${suggestion(tag, known)}`,
    });
  }
  if (own.length === 0) return;
  if (own.some(({ host, declaration }) => isSelected(selection, host.name, declaration))) return;
  const { tags, skipTags } = selection;
  const asked = [
    ...(tags === undefined ? [] : [`with ${tags.join(', ') || 'one of no tags'}`]),
    ...(skipTags.length === 0 ? [] : [`without ${skipTags.join(', ')}`]),
  ];
  throw new HostwrightError('TAGS_SELECT_NOTHING', {
    problem: `No declaration of these hosts is left ${asked.join(' and ')}; their tags are ${known.join(', ') || 'none'}.`,
  });
}
