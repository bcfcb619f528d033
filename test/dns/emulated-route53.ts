import { canonicalValue, type RecordType } from '../../packages/modules/src/dns/record-value.ts';
import { fromRoute53, nameFromRoute53 } from '../../packages/modules/src/dns/route53-name.ts';
import { type EmulatedHttp, type HttpReply, type HttpRequest, startHttp } from './emulated-http.ts';
import type { ServedSet } from './emulated-name-server.ts';

/** A record set as the API keeps it: its name escaped, its values as they were sent. */
export interface Route53Set {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly values: readonly string[];
  readonly alias?: string;
  readonly identifier?: string;
}

export interface EmulatedRoute53 extends EmulatedHttp {
  readonly accessKeyId: string;
  /** Looks at a change that find it PENDING. */
  pendingLooks: number;
  sets(): readonly ServedSet[];
  put(set: Route53Set): void;
  remove(name: string, type: string): void;
}

/** Fewer than the 300 of the real API, so that a few records fill several pages. */
const pageMax = 20;

/** Hosted zones and record sets of Route 53, API 2013-04-01, strict where its documentation is. */
export async function startRoute53(zone: string): Promise<EmulatedRoute53> {
  const accessKeyId = 'AKIAOFTHETEST';
  let sets: readonly Route53Set[] = [];
  const state = { pendingLooks: 0 };
  let looks = 0;
  const http = await startHttp((request) => {
    const { authorization = '' } = request.headers;
    if (!authorization.startsWith(`AWS4-HMAC-SHA256 Credential=${accessKeyId}/`)) {
      return refusal(
        403,
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
      );
    }
    const path = request.path.replace('/2013-04-01', '').replace(/\/$/, '');
    if (path === '/hostedzonesbyname') return listZones(zone, request);
    if (path === '/hostedzone/Z1') return hostedZone(zone);
    if (path === '/hostedzone/Z1/rrset' && request.method === 'GET') return listSets(sets, request);
    if (path === '/hostedzone/Z1/rrset' && request.method === 'POST') {
      const result = applyBatch(sets, request.body, `${zone}.`);
      if (typeof result === 'string') return refusal(400, 'InvalidChangeBatch', `[${result}]`);
      sets = result;
      looks = 0;
      return changeStatus('ChangeResourceRecordSetsResponse', 'PENDING');
    }
    if (path === '/change/C1') {
      looks += 1;
      return changeStatus('GetChangeResponse', looks > state.pendingLooks ? 'INSYNC' : 'PENDING');
    }
    return refusal(404, 'NoSuchHostedZone', 'No hosted zone found');
  });
  return Object.assign(state, http, {
    accessKeyId,
    sets: () => sets.flatMap(served),
    put: (set: Route53Set) => {
      sets = [...sets.filter((each) => !isSame(each, set)), set].sort(byName);
    },
    remove: (name: string, type: string) => {
      sets = sets.filter((each) => each.name !== name || each.type !== type);
    },
  });
}

const xmlns = 'xmlns="https://route53.amazonaws.com/doc/2013-04-01/"';

function xml(root: string, inner: string, status = 200): HttpReply {
  const body = `<?xml version="1.0"?>\n<${root} ${xmlns}>${inner}</${root}>`;
  return { status, body, headers: { 'content-type': 'text/xml' } };
}

function refusal(status: number, code: string, message: string): HttpReply {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return xml('ErrorResponse', `${error}<RequestId>r</RequestId>`, status);
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function zoneXml(zone: string, id: string, isPrivate: boolean): string {
  const config = `<Config><PrivateZone>${isPrivate}</PrivateZone></Config>`;
  return `<HostedZone><Id>/hostedzone/${id}</Id><Name>${zone}.</Name><CallerReference>c</CallerReference>${config}</HostedZone>`;
}

/** Zones from the asked name on, a private one of the same name among them. */
function listZones(zone: string, { query }: HttpRequest): HttpReply {
  const zones = [
    zoneXml(zone, 'Z0', true),
    zoneXml(zone, 'Z1', false),
    zoneXml('zz.example', 'Z9', false),
  ];
  const isAsked = query.get('dnsname') === `${zone}.`;
  const found = isAsked ? zones : zones.slice(2);
  return xml(
    'ListHostedZonesByNameResponse',
    `<HostedZones>${found.join('')}</HostedZones><IsTruncated>false</IsTruncated><MaxItems>10</MaxItems>`,
  );
}

function hostedZone(zone: string): HttpReply {
  const servers = ['ns-1.awsdns.example', 'ns-2.awsdns.example'];
  const names = servers.map((name) => `<NameServer>${name}</NameServer>`).join('');
  const set = `<DelegationSet><NameServers>${names}</NameServers></DelegationSet>`;
  return xml('GetHostedZoneResponse', `${zoneXml(zone, 'Z1', false)}${set}`);
}

function listSets(sets: readonly Route53Set[], { query }: HttpRequest): HttpReply {
  const name = query.get('name');
  const type = query.get('type') ?? '';
  const from =
    name === null
      ? 0
      : sets.findIndex((set) => set.name === name && (type === '' || set.type === type));
  if (from === -1) return refusal(400, 'InvalidInput', `No set at ${name}`);
  const page = sets.slice(from, from + pageMax);
  const next = sets[from + pageMax];
  const rest =
    next === undefined
      ? '<IsTruncated>false</IsTruncated>'
      : `<IsTruncated>true</IsTruncated><NextRecordName>${escapeXml(next.name)}</NextRecordName><NextRecordType>${next.type}</NextRecordType>`;
  const items = page.map(setXml).join('');
  return xml(
    'ListResourceRecordSetsResponse',
    `<ResourceRecordSets>${items}</ResourceRecordSets>${rest}<MaxItems>${pageMax}</MaxItems>`,
  );
}

function setXml({ name, type, ttl, values, alias, identifier }: Route53Set): string {
  const records = values
    .map((value) => `<ResourceRecord><Value>${escapeXml(value)}</Value></ResourceRecord>`)
    .join('');
  const content =
    alias === undefined
      ? `<TTL>${ttl}</TTL><ResourceRecords>${records}</ResourceRecords>`
      : `<AliasTarget><HostedZoneId>Z2</HostedZoneId><DNSName>${alias}</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>`;
  const weighted =
    identifier === undefined
      ? ''
      : `<SetIdentifier>${identifier}</SetIdentifier><Weight>1</Weight>`;
  return `<ResourceRecordSet><Name>${escapeXml(name)}</Name><Type>${type}</Type>${weighted}${content}</ResourceRecordSet>`;
}

function changeStatus(root: string, status: string): HttpReply {
  const content = `<Id>/change/C1</Id><Status>${status}</Status><SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt>`;
  return xml(root, `<ChangeInfo>${content}</ChangeInfo>`);
}

/** All changes or, as text, why none. */
function applyBatch(
  sets: readonly Route53Set[],
  body: string,
  zone: string,
): readonly Route53Set[] | string {
  let result = [...sets];
  const changes = [...body.matchAll(/<Change>(.*?)<\/Change>/gs)].map(([, change = '']) => change);
  const characters = changes.reduce((sum, text) => sum + text.length, 0);
  if (changes.length > 1000 || characters > 64_000) return 'Number of records limit exceeded';
  for (const text of changes) {
    const action = part(text, 'Action');
    const set = parseSet(text);
    const problem = problemOf(action, set, result, zone);
    if (problem !== undefined) return problem;
    result = result.filter((each) => !isSame(each, set));
    if (action !== 'DELETE') result.push(set);
  }
  return result.sort(byName);
}

function part(text: string, name: string): string {
  return unescapeXml(new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(text)?.[1] ?? '');
}

function parseSet(text: string): Route53Set {
  const values = [...text.matchAll(/<Value>(.*?)<\/Value>/gs)].map(([, value = '']) =>
    unescapeXml(value),
  );
  const name = part(text, 'Name').toLowerCase().replaceAll('*', '\\052');
  return { name, type: part(text, 'Type'), ttl: Number(part(text, 'TTL')), values };
}

function problemOf(
  action: string,
  set: Route53Set,
  sets: readonly Route53Set[],
  zone: string,
): string | undefined {
  const what = `resource record set [name='${set.name}', type='${set.type}']`;
  const found = sets.find((each) => isSame(each, set));
  if (action === 'DELETE') {
    if (set.name === zone && set.type === 'NS')
      return 'A HostedZone must contain exactly one NS record';
    if (found === undefined) return `Tried to delete ${what} but it was not found`;
    const isEqual = found.ttl === set.ttl && found.values.join('\n') === set.values.join('\n');
    return isEqual
      ? undefined
      : `Tried to delete ${what} but the values provided do not match the current values`;
  }
  if (action === 'CREATE' && found !== undefined)
    return `Tried to create ${what} but it already exists`;
  const others = sets.filter((each) => each.name === set.name && each.type !== set.type);
  if (others.some(({ type }) => type === 'CNAME') || (set.type === 'CNAME' && others.length > 0)) {
    return `RRSet of type ${set.type} with DNS name ${set.name} is not permitted as it conflicts with other records with the same DNS name`;
  }
  return set.type === 'TXT' ? textProblem(set) : undefined;
}

/** Quoted strings of at most 255 characters, and no letter that must be escaped. */
function textProblem({ values, name }: Route53Set): string | undefined {
  const string = /^"(?:[^"\\]|\\[0-7]{3}|\\["\\]){0,255}"$/;
  const isGood = values.every(
    (value) =>
      /^[\x20-\x7e]*$/.test(value) &&
      (value.match(/"(?:[^"\\]|\\.)*"/g) ?? ['']).every((each) => string.test(each)),
  );
  return isGood ? undefined : `Invalid Resource Record: InvalidCharacterString at ${name}`;
}

function isSame(left: Route53Set, right: Route53Set): boolean {
  return (
    left.name === right.name && left.type === right.type && left.identifier === right.identifier
  );
}

/** Route 53 sorts by name with the labels turned round. */
function byName(left: Route53Set, right: Route53Set): number {
  const key = ({ name, type }: Route53Set) => `${name.split('.').reverse().join('.')} ${type}`;
  return key(left) < key(right) ? -1 : 1;
}

function served({ name, type, ttl, values, alias, identifier }: Route53Set): readonly ServedSet[] {
  if (alias !== undefined || identifier !== undefined || type === 'SOA') return [];
  const kind = type as RecordType;
  const plain = values.map((value) =>
    canonicalValue(kind, kind === 'TXT' ? fromRoute53(value) : value),
  );
  return [{ name: nameFromRoute53(name), type: kind, ttl, values: plain.sort() }];
}
