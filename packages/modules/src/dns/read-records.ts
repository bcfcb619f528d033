import { HostwrightError } from '@hostwright/core';
import { rcodes, typeCodes } from './dns-codes.ts';
import { type DnsMessage, isRecord, type WireRecord } from './dns-message.ts';
import { formatKey, isSameContent, type RecordContent, type RecordKey } from './dns-provider.ts';
import { type DnsSession, replyError } from './dns-session.ts';
import { formatName, parentName } from './domain-name.ts';
import { checkAuthoritative, checkZone, findZone } from './find-zone.ts';
import { copyData, decodeData } from './record-data.ts';
import type { StoredSet } from './record-store.ts';
import { canonicalValues, type RecordType } from './record-value.ts';

/** What one reply shows at a name. */
interface Shown {
  readonly content: RecordContent | 'absent';
  readonly data: readonly Buffer[];
  readonly alias: RecordContent | 'absent';
}

const nothing: Shown = { content: 'absent', data: [], alias: 'absent' };

/**
 * Reads many record sets, all questions in flight together: one round trip where the zones are given, two where not.
 * A key that fails has its error in its place and does not spoil the others.
 * Errors: INTERRUPTED.
 */
export async function readRecords(
  session: DnsSession,
  keys: readonly RecordKey[],
): Promise<readonly (StoredSet | HostwrightError)[]> {
  const once = askOnce(session);
  return Promise.all(
    keys.map(async (key) => {
      try {
        return await readOne(session, once, key);
      } catch (error) {
        if (error instanceof HostwrightError && error.code !== 'INTERRUPTED') return error;
        throw error;
      }
    }),
  );
}

/** Answers that several keys need are asked for once. */
interface AskOnce {
  zoneOf(name: string): Promise<string>;
  query(name: string, type: RecordType | 'SOA'): Promise<DnsMessage>;
}

function askOnce(session: DnsSession): AskOnce {
  const zones = new Map<string, Promise<string>>();
  const replies = new Map<string, Promise<DnsMessage>>();
  const once = <Answer>(
    answers: Map<string, Promise<Answer>>,
    question: string,
    ask: () => Promise<Answer>,
  ) => {
    const answer = answers.get(question) ?? ask();
    answers.set(question, answer);
    return answer;
  };
  return {
    zoneOf: (name) => once(zones, name, () => findZone(session, name)),
    query: (name, type) => once(replies, `${name} ${type}`, () => session.query(name, type)),
  };
}

async function readOne(session: DnsSession, once: AskOnce, key: RecordKey): Promise<StoredSet> {
  const { name, type } = key;
  const zone = key.zone ?? (await once.zoneOf(name));
  const wildcards = wildcardNames(name, zone);
  const [zoneReply, reply, ...wildcardReplies] = await Promise.all([
    key.zone === undefined ? undefined : once.query(zone, 'SOA'),
    once.query(name, type),
    ...wildcards.map((wildcard) => once.query(wildcard, type)),
  ]);
  if (zoneReply !== undefined) checkZone(zoneReply, zone);
  const shown = shownAt(reply, name, type, zone);
  const madeUp = wildcards.flatMap((wildcard, index) => {
    const wildcardReply = wildcardReplies[index];
    return wildcardReply === undefined ? [] : [shownAt(wildcardReply, wildcard, type, zone)];
  });
  const isContentReal = madeUp.some(({ content }) => isPresentIn(shown.content, content))
    ? await existsAt(session, zone, name, type)
    : true;
  const isAliasReal = madeUp.some(({ alias }) => isPresentIn(shown.alias, alias))
    ? await existsAt(session, zone, name, 'CNAME')
    : true;
  return {
    zone,
    content: isContentReal ? shown.content : 'absent',
    data: isContentReal ? shown.data : [],
    alias: isAliasReal && shown.alias !== 'absent' ? shown.alias.values[0] : undefined,
  };
}

/** Names whose wildcard could have made up an answer for this one. */
function wildcardNames(name: string, zone: string): readonly string[] {
  const names: string[] = [];
  if (name === zone) return names;
  for (let above = parentName(name); above !== undefined; above = parentName(above)) {
    const wildcard = above === '.' ? '*.' : `*.${above}`;
    if (wildcard !== name) names.push(wildcard);
    if (above === zone) break;
  }
  return names;
}

function isPresentIn(shown: RecordContent | 'absent', wildcard: RecordContent | 'absent'): boolean {
  return shown !== 'absent' && isSameContent(shown, wildcard);
}

/**
 * Whether a record set really stands at a name. An answer equal to that of a wildcard may be made up from it, and no
 * query tells; an UPDATE with a prerequisite and nothing to change does, and writes nothing.
 */
async function existsAt(
  session: DnsSession,
  zone: string,
  name: string,
  type: RecordType,
): Promise<boolean> {
  const prerequisites = [{ kind: 'exists', name, type } as const];
  const reply = await session.update({ zone, prerequisites, steps: [] });
  if (reply.rcode === rcodes.NOERROR) return true;
  if (reply.rcode === rcodes.NXRRSET) return false;
  throw replyError(
    reply,
    `to tell ${formatKey({ name, type })} from a wildcard in ${formatName(zone)}`,
  );
}

/** What a reply shows at a name, which the zone must hold itself. */
export function shownAt(reply: DnsMessage, name: string, type: RecordType, zone: string): Shown {
  const delegation = delegationAt(reply, name, type, zone);
  if (delegation.length > 0) return { ...nothing, ...readSet(reply, type, delegation) };
  checkAuthoritative(reply, name);
  const records = reply.answers.filter((record) => isRecord(record, name, typeCodes[type]));
  if (records.length > 0) return { ...nothing, ...readSet(reply, type, records) };
  const aliases = reply.answers.filter((record) => isRecord(record, name, typeCodes.CNAME));
  if (aliases.length > 0) return { ...nothing, alias: readSet(reply, 'CNAME', aliases).content };
  const owner = reply.authorities.find((record) => record.type === typeCodes.SOA)?.name;
  if (reply.answers.length > 0 || owner === undefined || owner === zone) return nothing;
  throw new HostwrightError('DNS_NOT_ZONE', {
    problem: `${formatName(name)} lies in the zone ${formatName(owner)}, not in ${formatName(zone)}.`,
  });
}

/** NS records of a delegation are the parent's, yet it does not claim authority for them. */
function delegationAt(
  reply: DnsMessage,
  name: string,
  type: RecordType,
  zone: string,
): readonly WireRecord[] {
  if (type !== 'NS' || name === zone || reply.isAuthoritative || reply.rcode !== rcodes.NOERROR) {
    return [];
  }
  return reply.authorities.filter((record) => isRecord(record, name, typeCodes.NS));
}

function readSet(reply: DnsMessage, type: RecordType, records: readonly WireRecord[]) {
  const values = records.map((record) => decodeData(type, reply.bytes, record));
  const content = Object.freeze({
    ttl: Math.min(...records.map((record) => record.ttl)),
    values: canonicalValues(type, values),
  });
  return { content, data: records.map((record) => copyData(type, reply.bytes, record)) };
}
