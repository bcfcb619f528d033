import { canonicalValue } from '../../packages/modules/src/dns/record-value.ts';
import type { EmulatedHttp, HttpReply, HttpRequest } from './emulated-http.ts';
import { startHttp } from './emulated-http.ts';
import type { ServedSet } from './emulated-name-server.ts';

/** A record as the API keeps it. Source: "DNS Records for a Zone" of the API v4 description. */
export interface CloudflareRecord {
  id: string;
  name: string;
  type: ServedSet['type'] | 'HTTPS';
  content: string;
  ttl: number;
  proxied: boolean;
  priority?: number;
  data?: Readonly<Record<string, string | number>>;
}

type Draft = Partial<CloudflareRecord> & { readonly name: string };

export interface EmulatedCloudflare extends EmulatedHttp {
  readonly token: string;
  /** Record sets as the name servers of Cloudflare would serve them. */
  sets(): readonly ServedSet[];
  /** Adds a record as its dashboard would. */
  add(record: Draft): void;
  remove(name: string, type: string): void;
}

/** Fewer than the real API gives, so that a few records fill several pages. */
const pageMax = 20;

/** The part of Cloudflare's API that is about DNS records, strict where the description is. */
export async function startCloudflare(zone: string): Promise<EmulatedCloudflare> {
  const token = 'cf-token-of-the-test';
  let records: readonly CloudflareRecord[] = [];
  let count = 0;
  const complete = (draft: Draft): CloudflareRecord => {
    count += 1;
    return { ...completed(draft), id: `rec${count}` };
  };
  const http = await startHttp((request) => {
    if (request.headers.authorization !== `Bearer ${token}`) {
      return refusal(403, 10000, 'Authentication error');
    }
    if (request.path === '/zones') return listZones(zone, request);
    if (request.path === '/zones/z1/dns_records' && request.method === 'GET') {
      return listRecords(records, request);
    }
    if (request.path === '/zones/z1/dns_records/batch' && request.method === 'POST') {
      const result = batch(records, JSON.parse(request.body), complete);
      if ('status' in result) return result;
      records = result.records;
      return answer({ result: {} });
    }
    return refusal(404, 7003, 'Could not route to the path');
  });
  return {
    ...http,
    token,
    sets: () => served(records),
    add: (draft) => {
      records = [...records, complete(draft)];
    },
    remove: (name, type) => {
      records = records.filter((each) => each.name !== name || each.type !== type);
    },
  };
}

function answer(body: object): HttpReply {
  return { status: 200, body: JSON.stringify({ success: true, errors: [], ...body }) };
}

function refusal(status: number, code: number, message: string): HttpReply {
  return { status, body: JSON.stringify({ success: false, errors: [{ code, message }] }) };
}

function listZones(zone: string, { query }: HttpRequest): HttpReply {
  const found = { id: 'z1', name: zone, name_servers: ['ada.ns.example', 'bob.ns.example'] };
  return answer({ result: query.get('name') === zone ? [found] : [] });
}

function listRecords(records: readonly CloudflareRecord[], { query }: HttpRequest): HttpReply {
  const perPage = Math.min(Number(query.get('per_page') ?? 100), pageMax);
  const page = Number(query.get('page') ?? 1);
  const result = records.slice((page - 1) * perPage, page * perPage);
  const totalPages = Math.ceil(records.length / perPage);
  const pages = { page, per_page: perPage, count: result.length, total_pages: totalPages };
  return answer({ result, result_info: { ...pages, total_count: records.length } });
}

interface Batch {
  readonly deletes?: readonly { readonly id: string }[];
  readonly posts?: readonly Draft[];
}

/** Deletes, then posts, all or nothing. */
function batch(
  records: readonly CloudflareRecord[],
  { deletes = [], posts = [] }: Batch,
  complete: (draft: Draft) => CloudflareRecord,
): { readonly records: readonly CloudflareRecord[] } | HttpReply {
  if (deletes.length + posts.length > 200) return refusal(400, 9207, 'Too many records');
  const unknown = deletes.find(({ id }) => records.every((record) => record.id !== id));
  if (unknown !== undefined) return refusal(404, 81044, `Record ${unknown.id} does not exist.`);
  const kept = records.filter(({ id }) => deletes.every((gone) => gone.id !== id));
  for (const draft of posts) {
    const record = complete(draft);
    const problem = problemOf(record, kept);
    if (problem !== undefined) return refusal(400, problem[0], problem[1]);
    kept.push(record);
  }
  return { records: kept };
}

function problemOf(
  record: CloudflareRecord,
  others: readonly CloudflareRecord[],
): readonly [code: number, message: string] | undefined {
  const { name, type, content, ttl } = record;
  if (/[A-Z]|\.$/.test(name)) return [1004, 'DNS Validation Error: name'];
  if (ttl !== 1 && (ttl < 60 || ttl > 86_400))
    return [9021, 'Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.'];
  const atName = others.filter((other) => other.name === name);
  if (atName.some((other) => other.type === type && other.content === content)) {
    return [81058, 'An identical record already exists.'];
  }
  const isAlias = type === 'CNAME' && atName.length > 0;
  if (isAlias || atName.some((other) => other.type === 'CNAME')) {
    return [81053, 'An A, AAAA, or CNAME record with that host already exists.'];
  }
  if (type === 'TXT' && content === '') return [9004, 'Invalid TXT record: empty'];
  return undefined;
}

/** What the API makes of a draft: content out of data, names without the final dot. */
function completed(draft: Draft): Omit<CloudflareRecord, 'id'> {
  const { type = 'A', ttl = 1, proxied = false, data, priority } = draft;
  const content = draft.content ?? contentOf(type, data ?? {});
  return {
    ...draft,
    type,
    ttl,
    proxied,
    content,
    ...(type === 'SRV' ? { priority: Number(data?.priority) } : {}),
    ...(priority === undefined ? {} : { priority }),
  };
}

function contentOf(type: string, data: Readonly<Record<string, string | number>>): string {
  switch (type) {
    case 'SRV':
      return `${data.weight} ${data.port} ${data.target}`;
    case 'CAA':
      return `${data.flags} ${data.tag} "${data.value}"`;
    case 'TLSA':
      return `${data.usage} ${data.selector} ${data.matching_type} ${data.certificate}`;
    default:
      return '';
  }
}

function served(records: readonly CloudflareRecord[]): readonly ServedSet[] {
  const plain = records.flatMap(({ type, ...record }) =>
    type === 'HTTPS' || record.proxied ? [] : [{ type, ...record }],
  );
  const groups = Map.groupBy(plain, ({ name, type }) => `${name} ${type}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { name, type, ttl } = first;
    const values = group.map(({ content, priority }) => {
      const text = type === 'MX' || type === 'SRV' ? `${priority} ${content}` : content;
      const isName = /^(MX|SRV|CNAME|NS|PTR)$/.test(type);
      return canonicalValue(type, isName ? `${text.replace(/\.$/, '')}.` : text);
    });
    return [{ name: `${name}.`, type, ttl: ttl === 1 ? 300 : ttl, values: values.sort() }];
  });
}
