import {
  asksDns,
  isSpf,
  type SpfTerm,
  spfLookupsMax,
  spfProblems,
  spfTerms,
} from './spf-syntax.ts';
import { type TxtResolver, textsAt } from './txt-resolver.ts';

/** What receivers meet when they evaluate the SPF record of a domain to its end. */
export interface SpfLookups {
  /** Terms that make a receiver ask DNS, in the record and all that it includes. Above ten the record fails. */
  readonly lookups: number;
  /** Empty: every record is there once, can be read, and ten look-ups do. */
  readonly problems: readonly string[];
}

/**
 * Follows `include` and `redirect` of a domain's SPF record and counts. Nested records belong to others and change
 * without notice, so ask now and then. A name with macros is counted and not followed.
 *
 * Errors: those of the resolver, when it fails at a name that may exist.
 * Source: RFC 7208 §4.5, §4.6.4, §5.2, §6.1.
 * @example const { problems } = await spfLookups('example.com', new Resolver());
 */
export async function spfLookups(domain: string, resolver: TxtResolver): Promise<SpfLookups> {
  const count = { lookups: 0, problems: [] as string[] };
  await follow(domain, [], resolver, count);
  if (count.lookups > spfLookupsMax) {
    const problem = `SPF of ${domain} needs more than ${spfLookupsMax} look-ups.`;
    count.problems.push(problem);
  }
  return Object.freeze(count);
}

async function follow(
  domain: string,
  above: readonly string[],
  resolver: TxtResolver,
  count: { lookups: number; readonly problems: string[] },
): Promise<void> {
  const way = [...above, domain];
  if (above.includes(domain)) {
    count.problems.push(`SPF leads in a circle: ${way.join(', ')}.`);
    return;
  }
  const records = (await textsAt(domain, resolver)).filter(isSpf);
  const [text] = records;
  if (text === undefined || records.length > 1) {
    const number = records.length === 0 ? 'no SPF record' : `${records.length} SPF records`;
    count.problems.push(`${domain} has ${number}.`);
    return;
  }
  count.problems.push(...spfProblems(text).map((problem) => `${domain}: ${problem}`));
  for (const term of reachableTerms(text)) {
    if (asksDns(term)) count.lookups += 1;
    // Receivers stop here too; it also ends a chain without an end.
    if (count.lookups > spfLookupsMax) return;
    const next = nextDomain(term);
    if (next !== undefined) await follow(next, way, resolver, count);
  }
}

/** What stands before `all`; modifiers come last, and `redirect` only where there is no `all`. */
function reachableTerms(text: string): readonly SpfTerm[] {
  const terms = spfTerms(text);
  const directives = terms.filter(({ isModifier }) => !isModifier);
  const all = directives.findIndex(({ name }) => name === 'all');
  if (all !== -1) return directives.slice(0, all);
  return [...directives, ...terms.filter(({ isModifier }) => isModifier)];
}

function nextDomain({ name, rest, isModifier }: SpfTerm): string | undefined {
  const isFollowed = isModifier ? name === 'redirect' : name === 'include';
  if (!isFollowed || rest.includes('%')) return undefined;
  return rest.slice(1).toLowerCase().replace(/\.$/, '');
}
