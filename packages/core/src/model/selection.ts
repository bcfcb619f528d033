import type { Declaration } from './declaration.ts';

/** What a run may change. Everything else is left as it is. */
export interface Selection {
  /** Names of the hosts; undefined: all that the plays select. */
  readonly limit: ReadonlySet<string> | undefined;
  /** Declarations with one of these tags; undefined: all. */
  readonly tags: readonly string[] | undefined;
  /** Declarations with one of these tags are left out, also where `tags` has them. */
  readonly skipTags: readonly string[];
}

export const everything: Selection = { limit: undefined, tags: undefined, skipTags: [] };

/** Whether a run may change a declaration on a host. */
export function isSelected(selection: Selection, host: string, { tags }: Declaration): boolean {
  return isWithin(selection, host) && isTagged(selection, tags);
}

/** Whether the limit has a host. */
export function isWithin({ limit }: Selection, host: string): boolean {
  return limit?.has(host) ?? true;
}

function isTagged({ tags, skipTags }: Selection, own: readonly string[]): boolean {
  if (own.some((tag) => skipTags.includes(tag))) return false;
  return tags === undefined || own.some((tag) => tags.includes(tag));
}
