import type { Secret } from '@hostwright/core';
import { apiStore, type ServedBy } from './api-store.ts';
import { cloudflareRecord, readCloudflareSets } from './cloudflare-record.ts';
import type { Deadline } from './deadline.ts';
import type { DnsProvider } from './dns-provider.ts';
import { formatName } from './domain-name.ts';
import { type AskJson, jsonApi } from './json-api.ts';
import { type Json, listOf, objectOf, textOf } from './json-field.ts';
import { type ProviderLimits, storeProvider } from './store-provider.ts';
import { setOf, type ZoneApi } from './zone-api.ts';

export interface CloudflareSettings extends ProviderLimits, ServedBy {
  /** A token that may read zones and edit DNS of those that are named, and nothing else. */
  readonly token: Secret;
  /** Address of the API; Cloudflare's own when left out. */
  readonly url?: string;
}

/**
 * DNS records in zones at Cloudflare. They are plain: what is proxied is neither read nor written, and says so.
 *
 * Identity: zone, name and type; no other record set is touched, and a changed one is refused, not overwritten. The API
 * cannot compare and write in one step, so an editor in the same moment may be overwritten.
 * Cost: two requests for each zone to read and one more for each thousand records, five to write.
 * Errors: DNS_API_*, DNS_UNREACHABLE, DNS_NOT_PROPAGATED, DNS_TOO_MANY_REMOVALS, DNS_RECORD_SPECIAL.
 * Source: Cloudflare API v4. Tested against a server of our own that follows its published description.
 * @example cloudflare({ token: secretFromEnv('CLOUDFLARE_TOKEN') })
 */
export function cloudflare(settings: CloudflareSettings): DnsProvider {
  const { url = 'https://api.cloudflare.com/client/v4', token } = settings;
  const label = 'Cloudflare';
  const ask = jsonApi({
    label,
    url,
    header: 'authorization',
    scheme: 'Bearer ',
    token,
    reason: (body) => {
      const { errors } = (body ?? {}) as { readonly errors?: readonly { message?: unknown }[] };
      return errors?.map(({ message }) => String(message)).join('; ');
    },
  });
  const api = cloudflareApi(label, ask);
  return storeProvider(label, (deadline) => apiStore(api, settings, deadline), settings);
}

/** Records that one page holds. */
const perPage = 1000;

function cloudflareApi(label: string, ask: AskJson): ZoneApi {
  return {
    label,
    async zone(name, deadline) {
      const query = new URLSearchParams({ name: formatName(name) });
      const { body } = await ask('GET', `/zones?${query}`, deadline);
      const zones = listOf(objectOf(body, 'an answer').result, 'zones');
      const zone = zones.find((each) => each.name === formatName(name));
      if (zone === undefined) return undefined;
      const nameServers = zone.name_servers;
      return {
        id: textOf(zone.id, 'id of a zone'),
        ...(Array.isArray(nameServers) ? { nameServers: nameServers.map(String) } : {}),
      };
    },
    async sets({ id }, _name, deadline) {
      return readCloudflareSets(await allRecords(ask, id, deadline));
    },
    async change({ id }, group, sets, deadline) {
      const deletes = group.flatMap((item) =>
        (setOf(sets, item)?.handles ?? []).map((record) => ({ id: record })),
      );
      const posts = group.flatMap(({ change: { key, desired } }) =>
        desired === 'absent'
          ? []
          : desired.values.map((value) => cloudflareRecord(key, desired.ttl, value)),
      );
      const path = `/zones/${encodeURIComponent(id)}/dns_records/batch`;
      // Deletes come before posts, and all of it in one transaction.
      await ask('POST', path, deadline, { deletes, posts });
    },
  };
}

async function allRecords(ask: AskJson, id: string, deadline: Deadline): Promise<readonly Json[]> {
  const records: Json[] = [];
  for (let page = 1; ; page += 1) {
    const query = new URLSearchParams({ page: String(page), per_page: String(perPage) });
    const path = `/zones/${encodeURIComponent(id)}/dns_records?${query}`;
    const body = objectOf((await ask('GET', path, deadline)).body, 'an answer');
    const found = listOf(body.result, 'records');
    records.push(...found);
    const { total_pages: pages } = objectOf(body.result_info, 'result_info');
    if (found.length === 0 || typeof pages !== 'number' || page >= pages) return records;
  }
}
