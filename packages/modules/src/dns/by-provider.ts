import { HostwrightError, type Reading, unreadable } from '@hostwright/core';
import {
  type DnsProvider,
  type RecordKeyInput,
  type RecordSet,
  type RecordSetChange,
  recordKey,
} from './dns-provider.ts';

/** A change, and where it is to be made. */
export interface ProviderChange {
  readonly provider: DnsProvider;
  readonly change: RecordSetChange;
}

/** Reads record sets of many providers, each provider once, side by side; the answers stand in the order of the specs. */
export function readByProvider(
  specs: readonly (RecordKeyInput & { readonly provider: DnsProvider })[],
  signal: AbortSignal,
): Promise<readonly Reading<RecordSet>[]> {
  return spread(
    specs,
    (spec) => spec.provider,
    (provider, group) => provider.read(group.map(recordKey), signal),
    unreadable,
  );
}

/** Writes to many providers likewise; one that cannot be reached fails its own changes only. */
export function writeByProvider(
  changes: readonly ProviderChange[],
  signal: AbortSignal,
): Promise<readonly (HostwrightError | undefined)[]> {
  return spread(
    changes,
    ({ provider }) => provider,
    (provider, group) =>
      provider.write(
        group.map(({ change }) => change),
        signal,
      ),
    (error) => error,
  );
}

async function spread<Item, Result>(
  items: readonly Item[],
  providerOf: (item: Item) => DnsProvider,
  work: (provider: DnsProvider, group: readonly Item[]) => Promise<readonly Result[]>,
  failed: (error: HostwrightError) => Result,
): Promise<readonly Result[]> {
  const results = new Map<Item, Result>();
  const groups = [...Map.groupBy(items, providerOf)].map(async ([provider, group]) => {
    const found = await work(provider, group).catch((thrown: unknown) => {
      if (!(thrown instanceof HostwrightError) || thrown.code === 'INTERRUPTED') throw thrown;
      return group.map(() => failed(thrown));
    });
    group.forEach((item, index) => {
      const result = found[index];
      if (result !== undefined) results.set(item, result);
    });
  });
  await Promise.all(groups);
  return items.map((item) => results.get(item) as Result);
}
