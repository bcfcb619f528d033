import type { RecordKey } from './dns-provider.ts';
import { canonicalName, formatName } from './domain-name.ts';
import { type Json, numberOf, objectOf, textOf } from './json-field.ts';
import { type ApiSet, readContent } from './zone-api.ts';

/** Record sets out of single records, as the API lists them. A set takes the lowest of its TTLs. */
export function readCloudflareSets(records: readonly Json[]): readonly ApiSet[] {
  const sets = Map.groupBy(records, ({ name, type }) => `${name} ${type}`);
  return [...sets.values()].map((group) => {
    const [first = {}] = group;
    const type = textOf(first.type, 'type of a record');
    const isProxied = group.some(({ proxied }) => proxied === true);
    return {
      name: `${formatName(textOf(first.name, 'name of a record')).toLowerCase()}.`,
      type,
      ...readContent(
        type,
        Math.min(...group.map(({ ttl }) => numberOf(ttl, 'ttl of a record'))),
        group.map((record) => textOfValue(type, record)),
      ),
      handles: group.map(({ id }) => textOf(id, 'id of a record')),
      ...(isProxied ? { special: 'is proxied by Cloudflare, so it is no plain record' } : {}),
    };
  });
}

function textOfValue(type: string, record: Json): string {
  const content = textOf(record.content, 'content of a record');
  switch (type) {
    case 'MX':
      return `${numberOf(record.priority, 'priority of an MX record')} ${full(content)}`;
    case 'SRV': {
      const { priority, weight, port, target } = objectOf(record.data, 'data of an SRV record');
      return `${priority} ${weight} ${port} ${full(textOf(target, 'target of an SRV record'))}`;
    }
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return full(content);
    default:
      return content;
  }
}

/** The API writes names without the final dot. */
function full(name: string): string {
  return name === '.' || name === '' ? '.' : `${formatName(name)}.`;
}

/** One record in the form that the API takes. The value is canonical. */
export function cloudflareRecord(key: RecordKey, ttl: number, value: string): Json {
  const { name, type } = key;
  const record = { name: formatName(canonicalName(name, 'name')), type, ttl };
  const words = value.split(' ');
  const last = words.at(-1) ?? '';
  switch (type) {
    case 'MX':
      return { ...record, priority: Number(words[0]), content: formatName(last) };
    case 'SRV': {
      const [priority, weight, port] = words.map(Number);
      return { ...record, data: { priority, weight, port, target: formatName(last) } };
    }
    case 'CAA': {
      const [, flags, tag = '', text = ''] = /^(\d+) (\S+) "(.*)"$/s.exec(value) ?? [];
      const data = { flags: Number(flags), tag, value: text.replaceAll(/\\(.)/g, '$1') };
      return { ...record, data };
    }
    case 'TLSA': {
      const [usage, selector, matching] = words.map(Number);
      const data = { usage, selector, matching_type: matching, certificate: last };
      return { ...record, data };
    }
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { ...record, content: formatName(value) };
    default:
      return { ...record, content: value };
  }
}
