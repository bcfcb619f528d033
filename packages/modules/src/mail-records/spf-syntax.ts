import { isIPv4, isIPv6 } from 'node:net';

/** Terms that make a receiver ask DNS, and how many of them one evaluation may have (RFC 7208 §4.6.4). */
const askingTerms: readonly string[] = ['include', 'a', 'mx', 'ptr', 'exists', 'redirect'];
export const spfLookupsMax = 10;

/** One word of an SPF record. */
export interface SpfTerm {
  readonly text: string;
  /** Lower case, without its qualifier. */
  readonly name: string;
  /** From the sign after the name to the end: `:_spf.example.net`, `/24`, `=example.net`. */
  readonly rest: string;
  /** True for `redirect=…`, `exp=…` and unknown ones, which may stand once and anywhere. */
  readonly isModifier: boolean;
}

/** True for a text that receivers take for an SPF record. */
export function isSpf(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

export function spfTerms(text: string): readonly SpfTerm[] {
  const words = text.split(' ').filter((word) => word !== '');
  return words.slice(1).map((word) => {
    const [, name = '', rest = ''] = /^[+?~-]?([a-z][a-z0-9_.-]*)(.*)$/is.exec(word) ?? [];
    const isModifier = rest.startsWith('=') && /^[a-z]/i.test(word);
    return Object.freeze({ text: word, name: name.toLowerCase(), rest, isModifier });
  });
}

/** True for a term that counts among the ten. */
export function asksDns({ name, isModifier }: SpfTerm): boolean {
  return askingTerms.includes(name) && isModifier === (name === 'redirect');
}

/**
 * Why receivers would turn the record down, or not do what it says. Empty: it is fine, as far as it shows by itself.
 * What records that it includes add to the ten look-ups is known by asking: `spfLookups`.
 * Source: RFC 7208 §4.6, §5, §6, §12.
 */
export function spfProblems(text: string): readonly string[] {
  if (!isSpf(text)) return ['It does not begin with "v=spf1" and a space.'];
  const terms = spfTerms(text);
  const lookups = terms.filter(asksDns).length;
  const modifiers = terms.filter(({ isModifier }) => isModifier).map(({ name }) => name);
  const repeated = modifiers.filter((name, index) => modifiers.indexOf(name) !== index);
  return [
    ...(/[^\x20-\x7e]/.test(text) ? ['It has characters other than printable ASCII.'] : []),
    ...terms.flatMap((term) => (isTermValid(term) ? [] : [`"${term.text}" is no term of SPF.`])),
    ...new Set(repeated.map((name) => `The modifier ${name}= stands more than once.`)),
    ...(lookups > spfLookupsMax
      ? [`It needs ${lookups} look-ups; receivers stop at ${spfLookupsMax} and fail it.`]
      : []),
    ...idleProblems(terms),
  ];
}

/** Terms that receivers never get to. */
function idleProblems(terms: readonly SpfTerm[]): readonly string[] {
  const directives = terms.filter(({ isModifier }) => !isModifier);
  const all = directives.findIndex(({ name }) => name === 'all');
  if (all === -1) return [];
  const [next] = directives.slice(all + 1);
  const redirect = terms.find(({ name, isModifier }) => isModifier && name === 'redirect');
  return [next, redirect].flatMap((term) =>
    term === undefined ? [] : [`"${term.text}" is never looked at, because of "all".`],
  );
}

function isTermValid({ name, rest, isModifier }: SpfTerm): boolean {
  if (isModifier) {
    const value = rest.slice(1);
    return name === 'redirect' || name === 'exp' ? isDomainSpec(value) : isMacroText(value);
  }
  switch (name) {
    case 'all':
      return rest === '';
    case 'include':
    case 'exists':
      return rest.startsWith(':') && isDomainSpec(rest.slice(1));
    case 'ptr':
      return rest === '' || (rest.startsWith(':') && isDomainSpec(rest.slice(1)));
    case 'a':
    case 'mx':
      return isHostTerm(rest);
    case 'ip4':
      return isNetwork(rest, isIPv4, 32);
    case 'ip6':
      return isNetwork(rest, isIPv6, 128);
    default:
      return false;
  }
}

/** `:example.net`, `/24`, `//64`, together or none of them. */
function isHostTerm(rest: string): boolean {
  const match = /^(?::(.+?))?(?:\/(\d{1,3}))?(?:\/\/(\d{1,3}))?$/.exec(rest);
  if (match === null) return false;
  const [, domain, ip4 = '0', ip6 = '0'] = match;
  return (domain === undefined || isDomainSpec(domain)) && Number(ip4) <= 32 && Number(ip6) <= 128;
}

function isNetwork(rest: string, isIp: (text: string) => boolean, bitsMax: number): boolean {
  const [, address = '', bits = '0'] = /^:([^/]+)(?:\/(\d{1,3}))?$/.exec(rest) ?? [];
  return isIp(address) && !address.includes('%') && Number(bits) <= bitsMax;
}

/** Text with `%{…}` in it (RFC 7208 §7.1). */
function isMacroText(text: string): boolean {
  return /^(?:%\{[slodiphcrtv]\d*r?[.\-+,/_=]*\}|%[%_-]|[!-$&-~])*$/i.test(text);
}

/** A domain of at least two labels, or one that ends in a macro. */
function isDomainSpec(text: string): boolean {
  if (!isMacroText(text) || text.length > 253) return false;
  return /(?:%\{[^}]*\}|\.[a-z0-9-]*[a-z0-9]\.?)$/i.test(text) && !/^\.|\.\./.test(text);
}
