import type { Secret } from '@hostwright/core';
import { apiStore, type ServedBy } from './api-store.ts';
import type { Deadline } from './deadline.ts';
import type { DnsProvider } from './dns-provider.ts';
import { canonicalName } from './domain-name.ts';
import { type AskJson, jsonApi } from './json-api.ts';
import { type Json, listOf, numberOf, objectOf, textOf } from './json-field.ts';
import type { PendingChange } from './plan-update.ts';
import { type ProviderLimits, storeProvider } from './store-provider.ts';
import { type ApiSet, type ApiZone, readContent, type ZoneApi } from './zone-api.ts';

export interface PowerdnsSettings extends ProviderLimits, ServedBy {
  /** Address of the API: `https://dns.example.com:8081`. */
  readonly url: string;
  /** `api-key` of the server. */
  readonly apiKey: Secret;
  /** Server behind the API; `localhost` when left out, which is the one that answers. */
  readonly serverId?: string;
  /** True lets the key travel without TLS to another machine, as the API of PowerDNS speaks no TLS itself. */
  readonly allowsPlainHttp?: boolean;
}

/**
 * DNS records on a PowerDNS authoritative server, through its HTTP API.
 *
 * Identity: zone, name and type; no other record set is touched, and a changed one is refused, not overwritten. The API
 * cannot compare and write in one step, so an editor in the same moment may be overwritten.
 * Cost: two requests for each zone to read, four to write.
 * Errors: DNS_API_*, DNS_UNREACHABLE, DNS_NOT_PROPAGATED, DNS_TOO_MANY_REMOVALS.
 * Source: the API of PowerDNS 4.7 and 4.9, seen to work with both.
 * @example powerdns({ url: 'http://127.0.0.1:8081', apiKey: secret(text) })
 */
export function powerdns(settings: PowerdnsSettings): DnsProvider {
  const { url, apiKey: token, serverId = 'localhost', allowsPlainHttp = false } = settings;
  const label = `PowerDNS at ${url}`;
  const ask = jsonApi({
    label,
    url: `${url.replace(/\/$/, '')}/api/v1/servers/${encodeURIComponent(serverId)}`,
    header: 'x-api-key',
    scheme: '',
    token,
    allowsPlainHttp,
    reason: (body) => {
      const { error } = (body ?? {}) as { readonly error?: unknown };
      return typeof error === 'string' ? error : undefined;
    },
  });
  const api = powerdnsApi(label, ask);
  return storeProvider(label, (deadline) => apiStore(api, settings, deadline), settings);
}

function powerdnsApi(label: string, ask: AskJson): ZoneApi {
  return {
    label,
    async zone(name: string, deadline: Deadline): Promise<ApiZone | undefined> {
      const { body } = await ask('GET', `/zones?zone=${encodeURIComponent(name)}`, deadline);
      const [zone] = listOf(body, 'zones').filter((each) => each.name === name);
      return zone && { id: textOf(zone.id, 'id of a zone') };
    },
    async sets({ id }, _name, deadline) {
      const { body } = await ask('GET', `/zones/${encodeURIComponent(id)}`, deadline);
      return listOf(objectOf(body, 'a zone').rrsets, 'rrsets').map(readSet);
    },
    async change({ id }, group, _sets, deadline) {
      // They take place in this order, and a CNAME needs the name for itself.
      const rrsets = group.toSorted(removalsFirst).map(writeSet);
      await ask('PATCH', `/zones/${encodeURIComponent(id)}`, deadline, { rrsets });
    },
  };
}

function readSet(set: Json): ApiSet {
  const name = textOf(set.name, 'name of a record set').toLowerCase();
  const type = textOf(set.type, 'type of a record set');
  const records = listOf(set.records, 'records');
  const values = records.map(({ content }) => textOf(content, 'content of a record'));
  const isDisabled = records.some(({ disabled }) => disabled === true);
  return {
    name,
    type,
    ...readContent(type, numberOf(set.ttl, 'ttl of a record set'), values),
    handles: [],
    ...(isDisabled ? { special: 'holds records that are disabled in PowerDNS' } : {}),
  };
}

function removalsFirst(left: PendingChange, right: PendingChange): number {
  const rank = ({ change }: PendingChange) => (change.desired === 'absent' ? 0 : 1);
  return rank(left) - rank(right);
}

function writeSet({ change: { key, desired } }: PendingChange): Json {
  const name = canonicalName(key.name, 'name');
  if (desired === 'absent') return { name, type: key.type, changetype: 'DELETE' };
  const records = desired.values.map((content) => ({ content, disabled: false }));
  return { name, type: key.type, ttl: desired.ttl, changetype: 'REPLACE', records };
}
