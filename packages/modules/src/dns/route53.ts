import {
  type Change,
  type ResourceRecordSet,
  Route53,
  Route53ServiceException,
} from '@aws-sdk/client-route-53';
import { HostwrightError, reveal, type Secret } from '@hostwright/core';
import { apiStore, type ServedBy } from './api-store.ts';
import { type Deadline, pause } from './deadline.ts';
import type { DnsProvider } from './dns-provider.ts';
import { formatName } from './domain-name.ts';
import type { PendingChange } from './plan-update.ts';
import { fromRoute53, nameFromRoute53, toRoute53 } from './route53-name.ts';
import { type ProviderLimits, storeProvider } from './store-provider.ts';
import { type ApiSet, type ApiZone, readContent, setOf, type ZoneApi } from './zone-api.ts';

export interface Route53Settings extends ProviderLimits, ServedBy {
  /** Left out: what AWS's own client finds, in the environment, in `~/.aws`, or from the machine it runs on. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: Secret;
    readonly sessionToken?: Secret;
  };
  /** Address of the API; AWS's own when left out. */
  readonly url?: string;
}

/**
 * DNS records in public hosted zones of Amazon Route 53. They are plain: aliases of AWS and sets with a routing policy
 * are neither read nor written, and say so. Needs the package `@aws-sdk/client-route-53`.
 *
 * Identity: zone, name and type; no other record set is touched. A set that somebody else changed meanwhile is refused by
 * Route 53 itself, because what is to be removed must fit to the letter.
 * Cost: three requests for each zone to read and one more for each 300 records; Route 53 allows five in a second.
 * Errors: DNS_API_*, DNS_UNREACHABLE, DNS_NOT_PROPAGATED, DNS_TOO_MANY_REMOVALS, DNS_RECORD_SPECIAL.
 * Source: Route 53 API 2013-04-01. Tested against a server of our own that follows its published description.
 * @example route53({ propagationTimeoutMs: 120_000 })
 */
export function route53(settings: Route53Settings = {}): DnsProvider {
  const { credentials, url } = settings;
  const label = 'Route 53';
  const client = new Route53({
    region: 'us-east-1',
    maxAttempts: 5,
    ...(url === undefined ? {} : { endpoint: url }),
    ...(credentials === undefined
      ? {}
      : {
          credentials: async () => ({
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: reveal(credentials.secretAccessKey),
            ...(credentials.sessionToken === undefined
              ? {}
              : { sessionToken: reveal(credentials.sessionToken) }),
          }),
        }),
  });
  const open = (deadline: Deadline) => apiStore(route53Api(label, client), settings, deadline);
  return storeProvider(label, open, settings);
}

function route53Api(label: string, client: Route53): ZoneApi {
  const pending = new Set<string>();
  return {
    label,
    zone: (name, deadline) =>
      asked(deadline, async (options) => {
        const { HostedZones = [] } = await client.listHostedZonesByName(
          { DNSName: name, MaxItems: 10 },
          options,
        );
        const [zone, ...more] = HostedZones.filter(
          (each) => nameFromRoute53(each.Name ?? '') === name && each.Config?.PrivateZone !== true,
        );
        if (zone?.Id === undefined) return undefined;
        if (more.length > 0) throw ambiguous(name, more.length + 1);
        const { DelegationSet } = await client.getHostedZone({ Id: zone.Id }, options);
        const nameServers = DelegationSet?.NameServers;
        return { id: zone.Id, ...(nameServers === undefined ? {} : { nameServers }) };
      }),
    sets: (zone, _name, deadline) => asked(deadline, (options) => allSets(client, zone, options)),
    change: ({ id }, group, sets, deadline) =>
      asked(deadline, async (options) => {
        const changes = group.map((item) => changesOf(item, setOf(sets, item)));
        // They take place in this order, and a CNAME needs the name for itself.
        const Changes = [
          ...changes.flatMap(([removal]) => removal),
          ...changes.flatMap(([, added]) => added),
        ];
        const { ChangeInfo } = await client.changeResourceRecordSets(
          { HostedZoneId: id, ChangeBatch: { Changes } },
          options,
        );
        if (ChangeInfo?.Id !== undefined) pending.add(ChangeInfo.Id);
      }),
    async settle(deadline) {
      for (const Id of pending) {
        const isInSync = () =>
          asked(deadline, async (options) => {
            const { ChangeInfo } = await client.getChange({ Id }, options);
            return ChangeInfo?.Status === 'INSYNC';
          });
        while (!(await isInSync())) await pause(settleMs, deadline, `while ${label} is PENDING`);
        pending.delete(Id);
      }
    },
  };
}

/** Between two looks at whether all of Route 53's servers have a change. */
const settleMs = 1000;

interface RequestOptions {
  readonly abortSignal: AbortSignal;
}

async function allSets(
  client: Route53,
  { id }: ApiZone,
  options: RequestOptions,
): Promise<readonly ApiSet[]> {
  const sets: ResourceRecordSet[] = [];
  for (let start = {}; ; ) {
    const page = await client.listResourceRecordSets({ HostedZoneId: id, ...start }, options);
    sets.push(...(page.ResourceRecordSets ?? []));
    if (page.IsTruncated !== true) return sets.map(readSet);
    start = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    };
  }
}

function readSet(set: ResourceRecordSet): ApiSet {
  const { Name = '', Type: type = '', TTL = 0, ResourceRecords = [] } = set;
  const values = ResourceRecords.map(({ Value = '' }) => Value);
  const special =
    set.AliasTarget === undefined
      ? set.SetIdentifier === undefined
        ? undefined
        : 'has a routing policy of Route 53'
      : 'is an alias of Route 53';
  const text = type === 'TXT' || type === 'CAA' ? values.map(fromRoute53) : values;
  return {
    name: nameFromRoute53(Name),
    type,
    ...readContent(type, TTL, text),
    ...(special === undefined ? {} : { special }),
    handles: values,
  };
}

/** What is to be removed is written as it was read, so that Route 53 refuses when it is no longer that. */
function changesOf(
  { change, stored }: PendingChange,
  set: ApiSet | undefined,
): readonly [removals: Change[], additions: Change[]] {
  const { key, desired } = change;
  const named = { Name: key.name, Type: key.type };
  const setWith = (ttl: number, values: readonly string[]): ResourceRecordSet => ({
    ...named,
    TTL: ttl,
    ResourceRecords: values.map((Value) => ({ Value })),
  });
  const isText = key.type === 'TXT' || key.type === 'CAA';
  const created =
    desired === 'absent'
      ? undefined
      : setWith(desired.ttl, isText ? desired.values.map(toRoute53) : desired.values);
  // The name servers of the zone itself can be changed and not removed.
  const isApex = key.type === 'NS' && key.name === stored.zone;
  if (isApex && created !== undefined)
    return [[], [{ Action: 'UPSERT', ResourceRecordSet: created }]];
  const removed = set?.content && setWith(set.content.ttl, set.handles);
  return [
    removed === undefined ? [] : [{ Action: 'DELETE', ResourceRecordSet: removed }],
    created === undefined ? [] : [{ Action: 'CREATE', ResourceRecordSet: created }],
  ];
}

function ambiguous(name: string, count: number): HostwrightError {
  return new HostwrightError('DNS_NOT_ZONE', {
    problem: `Route 53 has ${count} public zones named ${formatName(name)}, and which one is meant cannot be told.`,
  });
}

/** One or more requests, with what goes wrong as our errors. The client itself repeats what was throttled. */
async function asked<Result>(
  deadline: Deadline,
  ask: (options: RequestOptions) => Promise<Result>,
): Promise<Result> {
  if (deadline.signal.aborted) throw deadline.error('while asking Route 53');
  try {
    return await ask({ abortSignal: deadline.signal });
  } catch (thrown) {
    if (thrown instanceof HostwrightError) throw thrown;
    if (deadline.signal.aborted) throw deadline.error('while waiting for Route 53');
    throw apiError(thrown);
  }
}

const throttles: readonly string[] = [
  'Throttling',
  'ThrottlingException',
  'PriorRequestNotComplete',
];

/** The error of the client is left out: it may carry the request. */
function apiError(thrown: unknown): HostwrightError {
  if (!(thrown instanceof Route53ServiceException)) {
    const { name, code } = thrown as { readonly name?: unknown; readonly code?: unknown };
    if (name === 'CredentialsProviderError') {
      const problem = 'No credentials for AWS were found.';
      return new HostwrightError('DNS_API_DENIED', { problem });
    }
    const problem = `The connection to Route 53 failed (${String(code ?? name)}).`;
    const isNeverSent = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
    return new HostwrightError(isNeverSent ? 'DNS_UNREACHABLE' : 'DNS_CONNECTION_LOST', {
      problem,
    });
  }
  const { name, message, $metadata } = thrown;
  const status = $metadata.httpStatusCode ?? 0;
  const problem = `Route 53 answered ${status}: ${name}: ${message.replace(/\.$/, '').slice(0, 500)}.`;
  if (throttles.includes(name) || status === 429) {
    return new HostwrightError('DNS_API_BUSY', { problem });
  }
  if (status === 401 || status === 403) return new HostwrightError('DNS_API_DENIED', { problem });
  return new HostwrightError(status >= 500 ? 'DNS_API_FAILED' : 'DNS_API_REFUSED', { problem });
}
