import { invalidField } from '../dns/invalid-field.ts';
import { spfProblems } from './spf-syntax.ts';

/** Where mail of a domain may come from. */
export type SpfSource =
  /** The hosts of the domain's MX records. */
  | 'mx'
  /** The addresses of the domain itself. */
  | 'a'
  /** An address, or a network such as `192.0.2.0/24`. */
  | { readonly ip4: string }
  | { readonly ip6: string }
  /** Whatever another domain's SPF record allows. */
  | { readonly include: string }
  /** The addresses of another name. */
  | { readonly a: string }
  /** The hosts of another domain's MX records. */
  | { readonly mx: string }
  /** A name with macros, which exists for senders that are allowed. */
  | { readonly exists: string };

export interface SpfPolicy {
  /** In the order in which receivers look; what they meet first counts. */
  readonly allow?: readonly SpfSource[];
  /**
   * What mail from anywhere else is: `fail`, `softfail` when left out, or `neutral`. `softfail` lets DMARC decide, which
   * forwarded mail with a signature needs.
   */
  readonly otherwise?: 'fail' | 'softfail' | 'neutral';
  /** Another domain, whose record is taken where nothing in `allow` fits. It stands in place of `otherwise`. */
  readonly redirect?: string;
}

const qualifiers = { fail: '-', softfail: '~', neutral: '?' } as const;

/**
 * Text of the SPF record of a domain: the one TXT value that begins with `v=spf1`.
 *
 * Errors: DNS_RECORD_INVALID with everything that receivers would turn down: more than ten look-ups, an address that is
 * none, a domain of one label.
 * Limits: what included records add to the ten is known by asking; `spfLookups` does.
 * Source: RFC 7208.
 * @example spf({ allow: ['mx', { include: '_spf.example.net' }] }) // 'v=spf1 mx include:_spf.example.net ~all'
 */
export function spf({ allow = [], otherwise, redirect }: SpfPolicy): string {
  if (redirect !== undefined && otherwise !== undefined) {
    throw invalidField('SPF policy', { otherwise, redirect }, 'either otherwise or redirect');
  }
  const last =
    redirect === undefined ? `${qualifiers[otherwise ?? 'softfail']}all` : `redirect=${redirect}`;
  const text = ['v=spf1', ...allow.map(termOf), last].join(' ');
  const problems = spfProblems(text);
  if (problems.length > 0) throw invalidField('SPF record', text, problems.join(' '));
  return text;
}

function termOf(source: SpfSource): string {
  if (typeof source === 'string') return source;
  const [[name, value] = ['', ''], ...more] = Object.entries(source);
  if (more.length > 0 || /\s/.test(value)) {
    throw invalidField('SPF source', source, 'one property without blanks');
  }
  return `${name}:${value}`;
}
