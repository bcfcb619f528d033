import { HostwrightError } from '@hostwright/core';
import { dmarcProblems } from '../mail-records/dmarc-syntax.ts';
import { isSpf, spfProblems } from '../mail-records/spf-syntax.ts';
import { parseCharacterStrings } from './character-string.ts';
import { formatKey, type RecordKey, type RecordKeyInput, recordKey } from './dns-provider.ts';
import { formatName } from './domain-name.ts';
import { canonicalValue, checkTtl } from './record-value.ts';

/** A declared record set, as people write it. */
export interface RecordDeclaration extends RecordKeyInput {
  readonly ttl: number;
  readonly values: readonly string[];
}

export type LintRule =
  | 'valid'
  | 'declared-once'
  | 'equal-ttl'
  | 'no-duplicates'
  | 'cname-alone'
  | 'cname-single'
  | 'cname-not-at-apex'
  | 'target-not-alias'
  | 'null-mx-alone'
  | 'one-spf'
  | 'spf-syntax'
  | 'one-dmarc'
  | 'dmarc-syntax'
  | 'plain-semicolon'
  | 'fits-udp';

export interface LintFinding {
  readonly rule: LintRule;
  /** An error cannot work or will be ignored by servers; a warning works and is probably not meant. */
  readonly severity: 'error' | 'warning';
  /** Place of the declaration in the list that was linted. */
  readonly index: number;
  readonly problem: string;
}

/** Above this many bytes a reply no longer fits the usual UDP limit of 1232 and resolvers must ask again over TCP. */
const udpBytesMax = 1232;

interface Entry {
  readonly index: number;
  readonly key: RecordKey;
  readonly declaration: RecordDeclaration;
  readonly values: readonly string[];
}

/**
 * Mistakes that servers ignore in silence or that break mail, found before anything is planned. Pure.
 * Records that are not declared are not known here: `write` meets those.
 */
export function lintRecords(declarations: readonly RecordDeclaration[]): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  const entries: Entry[] = [];
  declarations.forEach((declaration, index) => {
    try {
      entries.push(parseEntry(declaration, index));
    } catch (error) {
      if (!(error instanceof HostwrightError)) throw error;
      findings.push(finding('valid', 'error', index, error.problem));
    }
  });
  for (const entry of entries) {
    findings.push(...lintEntry(entry), ...lintAmong(entry, entries));
  }
  findings.push(...lintRepeated(entries));
  return Object.freeze(findings.sort((left, right) => left.index - right.index));
}

function parseEntry(declaration: RecordDeclaration, index: number): Entry {
  const key = recordKey(declaration);
  checkTtl(declaration.ttl);
  const values = declaration.values.map((value) => canonicalValue(key.type, value));
  return { index, key, declaration, values };
}

/** What one declaration shows by itself. */
function lintEntry(entry: Entry): readonly LintFinding[] {
  const { key, index, values } = entry;
  const findings: LintFinding[] = [];
  if (new Set(values).size < values.length) {
    findings.push(finding('no-duplicates', 'warning', index, `${formatKey(key)} repeats a value.`));
  }
  if (key.type === 'CNAME') findings.push(...lintCname(entry));
  if (key.type === 'MX' && values.length > 1 && values.some((value) => value.endsWith(' .'))) {
    const problem = `${formatKey(key)} has the null MX "0 ." beside other values (RFC 7505).`;
    findings.push(finding('null-mx-alone', 'error', index, problem));
  }
  if (key.type === 'TXT') findings.push(...lintText(entry));
  const bytes = values.reduce((sum, value) => sum + value.length, 0);
  if (bytes > udpBytesMax) {
    const problem = `${formatKey(key)} holds about ${bytes} bytes; above ${udpBytesMax} answers need TCP.`;
    findings.push(finding('fits-udp', 'warning', index, problem));
  }
  return findings;
}

function lintCname({ key, index, values }: Entry): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  if (key.name === key.zone) {
    const problem = `${formatName(key.name)} is the zone itself; a CNAME cannot stand beside its SOA and NS.`;
    findings.push(finding('cname-not-at-apex', 'error', index, problem));
  }
  if (new Set(values).size > 1) {
    const problem = `${formatKey(key)} has ${values.length} values; a name has one CNAME.`;
    findings.push(finding('cname-single', 'error', index, problem));
  }
  return findings;
}

function lintText({ key, index, declaration, values }: Entry): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  const texts = [...new Set(values)].map((value) =>
    parseCharacterStrings(value, 'TXT value').toString(),
  );
  const spfRecords = texts.filter(isSpf);
  for (const problem of spfRecords.flatMap(spfProblems)) {
    const sentence = `SPF of ${formatName(key.name)}: ${problem}`;
    findings.push(finding('spf-syntax', 'error', index, sentence));
  }
  if (spfRecords.length > 1) {
    const problem = `${formatName(key.name)} has more than one SPF record; receivers then fail all (RFC 7208 §3.2).`;
    findings.push(finding('one-spf', 'error', index, problem));
  }
  const dmarcRecords = texts.filter((text) => /^v=DMARC1\b/i.test(text));
  const isDmarcName = key.name.startsWith('_dmarc.');
  for (const problem of isDmarcName ? dmarcRecords.flatMap(dmarcProblems) : []) {
    const sentence = `DMARC of ${formatName(key.name)}: ${problem}`;
    findings.push(finding('dmarc-syntax', 'error', index, sentence));
  }
  if (isDmarcName && dmarcRecords.length > 1) {
    const problem = `${formatName(key.name)} has more than one DMARC record; receivers then ignore all (RFC 7489 §6.6.3).`;
    findings.push(finding('one-dmarc', 'error', index, problem));
  }
  if (declaration.values.some((value) => !value.startsWith('"') && value.includes('\\;'))) {
    const problem = `${formatKey(key)} has "\\;" in a value without quotes, so the backslash is published too.`;
    findings.push(finding('plain-semicolon', 'warning', index, problem));
  }
  return findings;
}

/** What only shows beside other declarations. */
function lintAmong({ key, index, values }: Entry, entries: readonly Entry[]) {
  const findings: LintFinding[] = [];
  const atName = entries.filter((other) => other.key.name === key.name);
  const other = atName.find((candidate) => candidate.key.type !== 'CNAME');
  if (key.type === 'CNAME' && other !== undefined) {
    const problem = `${formatKey(key)} stands beside ${formatKey(other.key)}; a CNAME must be alone at its name.`;
    findings.push(finding('cname-alone', 'error', index, problem));
  }
  if (key.type === 'MX' || key.type === 'NS' || key.type === 'SRV') {
    const targets = new Set(values.map((value) => value.slice(value.lastIndexOf(' ') + 1)));
    for (const alias of entries) {
      if (alias.key.type !== 'CNAME' || !targets.has(alias.key.name)) continue;
      const problem = `${formatKey(key)} points to ${formatName(alias.key.name)}, which is a CNAME (RFC 2181 §10.3).`;
      findings.push(finding('target-not-alias', 'error', index, problem));
    }
  }
  return findings;
}

/** One record set declared more than once. */
function lintRepeated(entries: readonly Entry[]): readonly LintFinding[] {
  const first = new Map<string, Entry>();
  const findings: LintFinding[] = [];
  for (const entry of entries) {
    const label = formatKey(entry.key);
    const before = first.get(label);
    if (before === undefined) {
      first.set(label, entry);
      continue;
    }
    const [ours, theirs] = [entry.declaration.ttl, before.declaration.ttl];
    const problem = `${label} is declared twice; put all its values into one declaration.`;
    findings.push(finding('declared-once', 'error', entry.index, problem));
    if (ours === theirs) continue;
    const unequal = `${label} has the TTLs ${theirs} and ${ours}; a record set has one (RFC 2181 §5.2).`;
    findings.push(finding('equal-ttl', 'error', entry.index, unequal));
  }
  return findings;
}

function finding(
  rule: LintRule,
  severity: LintFinding['severity'],
  index: number,
  problem: string,
): LintFinding {
  return Object.freeze({ rule, severity, index, problem });
}
