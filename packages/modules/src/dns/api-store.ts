import { HostwrightError } from '@hostwright/core';
import type { Deadline } from './deadline.ts';
import { formatKey, type RecordKey } from './dns-provider.ts';
import type { SessionSettings } from './dns-session.ts';
import { canonicalName, formatName, isWithin, parentName } from './domain-name.ts';
import { type NameServer, sessionSettings } from './name-server.ts';
import type { RecordStore, StoredSet } from './record-store.ts';
import type { ApiSet, ApiZone, ZoneApi } from './zone-api.ts';

/** What a provider over HTTP can be told about the servers that answer for its zones. */
export interface ServedBy {
  /**
   * Servers that must serve what was written before it counts as done. Left out: the name servers of the zone, on port
   * 53. An empty list waits for nobody.
   */
  readonly nameServers?: readonly NameServer[];
}

/** What is still too much for an API is halved: Cloudflare takes 200 records at once, Route 53 takes 32000 characters. */
const updateBytesMax = 24_000;

interface OpenZone {
  readonly name: string;
  readonly zone: ApiZone;
  sets: readonly ApiSet[];
  servers: readonly SessionSettings[];
}

/** Zones behind an HTTP API, as a store. A zone is listed as a whole: once to read it, twice to write it. */
export function apiStore(api: ZoneApi, { nameServers }: ServedBy, deadline: Deadline): RecordStore {
  const zones = new Map<string, Promise<OpenZone | undefined>>();
  const given = nameServers?.map((server) => sessionSettings(server, Date.now));

  async function open(name: string): Promise<OpenZone | undefined> {
    const zone = await api.zone(name, deadline);
    if (zone === undefined) return undefined;
    const sets = await api.sets(zone, name, deadline);
    const servers = given ?? serversOf(zone, name, sets);
    return { name, zone, sets, servers };
  }
  function zoneNamed(name: string): Promise<OpenZone | undefined> {
    const found = zones.get(name) ?? open(name);
    zones.set(name, found);
    return found;
  }
  async function zoneFor(key: RecordKey): Promise<OpenZone> {
    const names = key.zone === undefined ? namesAbove(key.name) : [key.zone];
    for (const name of names) {
      const zone = await zoneNamed(name);
      if (zone !== undefined) return zone;
    }
    throw noZone(api, key.zone ?? `for ${key.name}`);
  }

  return {
    deadline,
    updateBytesMax,
    async read(keys) {
      zones.clear();
      return Promise.all(
        keys.map((key) =>
          zoneFor(key)
            .then((zone) => storedSet(zone, key))
            .catch(asError),
        ),
      );
    },
    async update(name, group) {
      const zone = await zoneNamed(name);
      if (zone === undefined) throw noZone(api, name);
      try {
        await api.change(zone.zone, group, zone.sets, deadline);
        return { is: 'done' };
      } catch (error) {
        if (!(error instanceof HostwrightError) || error.code !== 'DNS_API_REFUSED') throw error;
        return { is: 'conflict', error };
      }
    },
    serversFor: async (change) => (await zoneFor(change.key)).servers,
    settle: async (until) => api.settle?.(until),
    close: () => undefined,
  };
}

function noZone({ label }: ZoneApi, wanted: string): HostwrightError {
  const problem = `${label} has no zone ${formatName(wanted)}.`;
  return new HostwrightError('DNS_NOT_ZONE', { problem });
}

function asError(thrown: unknown): HostwrightError {
  if (thrown instanceof HostwrightError && thrown.code !== 'INTERRUPTED') return thrown;
  throw thrown;
}

/** The name itself, then what lies above it, without the root. */
function namesAbove(name: string): readonly string[] {
  const names: string[] = [];
  for (let at: string | undefined = name; at !== undefined && at !== '.'; at = parentName(at)) {
    names.push(at);
  }
  return names;
}

function storedSet({ name: zone, sets }: OpenZone, key: RecordKey): StoredSet {
  const cut = sets.find(
    ({ name, type }) =>
      type === 'NS' &&
      name !== zone &&
      isWithin(key.name, name) &&
      (name !== key.name || key.type !== 'NS'),
  );
  if (cut !== undefined) {
    throw new HostwrightError('DNS_NOT_AUTHORITATIVE', {
      problem: `${formatName(zone)} delegates ${formatName(cut.name)} to others, so ${formatName(key.name)} is not its own.`,
    });
  }
  const atName = sets.filter(({ name }) => name === key.name);
  const own = atName.find(({ type }) => type === key.type);
  if (own?.special !== undefined) {
    throw new HostwrightError('DNS_RECORD_SPECIAL', {
      problem: `${formatKey(key)} ${own.special}.`,
    });
  }
  const alias = key.type === 'CNAME' ? undefined : atName.find(({ type }) => type === 'CNAME');
  return {
    zone,
    content: own?.content ?? 'absent',
    data: [],
    alias: alias?.content?.values[0],
  };
}

function serversOf(zone: ApiZone, name: string, sets: readonly ApiSet[]) {
  const apex = sets.find((set) => set.name === name && set.type === 'NS');
  const names = zone.nameServers ?? apex?.content?.values ?? [];
  return names.map((server) =>
    sessionSettings({ server: formatName(canonicalName(server, 'name server')) }, Date.now),
  );
}
