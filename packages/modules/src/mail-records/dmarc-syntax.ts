import { parseTags } from './tag-list.ts';

/** Most that one report address may stand for in a message: `!10m` at its end (RFC 7489 §6.2). */
const reportUri =
  /^mailto:[^\s!,;@]+@[^\s!,;@]+(?:![0-9]+[kmgt]?)?$|^https?:\/\/[^\s!,;]+(?:![0-9]+[kmgt]?)?$/i;

const policy = /^(?:none|quarantine|reject)$/i;
const alignment = /^[rs]$/i;

/** Tags of RFC 7489 §6.3 and of RFC 9989 with what each may hold; only the version minds the letter case. */
const tagValues: Readonly<Record<string, RegExp>> = {
  v: /^DMARC1$/,
  p: policy,
  sp: policy,
  np: policy,
  adkim: alignment,
  aspf: alignment,
  fo: /^[01ds](?::[01ds])*$/i,
  pct: /^(?:100|[1-9]?[0-9])$/,
  psd: /^[ynu]$/i,
  rf: /^afrf$/i,
  ri: /^[0-9]{1,10}$/,
  rua: /./,
  ruf: /./,
  t: /^[yn]$/i,
};

/**
 * Why receivers would not follow a DMARC record, or would skip a part of it. Empty: it is fine.
 * Source: RFC 7489 §6.3, §6.4; RFC 9989.
 */
export function dmarcProblems(text: string): readonly string[] {
  const tags = parseTags(text);
  const names = tags.map(([name]) => name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...(tags[0]?.[0] === 'v' ? [] : ['It does not begin with "v=DMARC1".']),
    ...(names.includes('p') ? [] : ['It has no policy "p".']),
    ...new Set(repeated.map((name) => `The tag ${name} stands more than once.`)),
    ...tags.flatMap(([name, value]) => tagProblems(name, value)),
  ];
}

function tagProblems(name: string, value: string): readonly string[] {
  if (name === '') return [`"${value}" is no tag with a value.`];
  const allowed = Object.hasOwn(tagValues, name) ? tagValues[name] : undefined;
  if (allowed === undefined) return [`The tag ${name} is not one of DMARC.`];
  if (!allowed.test(value)) return [`The tag ${name} cannot be "${value}".`];
  if (name !== 'rua' && name !== 'ruf') return [];
  return uris(value)
    .filter((uri) => !reportUri.test(uri))
    .map((uri) => `"${uri}" in ${name} is no mailto: address.`);
}

/** Domains of the mail addresses that a record sends reports to, in lower case, each once. */
export function reportDomains(text: string): readonly string[] {
  const values = parseTags(text).filter(([name]) => name === 'rua' || name === 'ruf');
  const domains = values.flatMap(([, value]) =>
    uris(value).flatMap((uri) => /^mailto:[^@]+@([^!]+)/i.exec(uri)?.[1]?.toLowerCase() ?? []),
  );
  return [...new Set(domains)];
}

function uris(value: string): readonly string[] {
  return value.split(',').map((uri) => uri.trim());
}
