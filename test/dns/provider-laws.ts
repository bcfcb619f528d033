import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type DnsProvider,
  type RecordContent,
  type RecordSetChange,
  recordKey,
} from '../../packages/modules/src/dns/dns-provider.ts';
import type { NameServer } from '../../packages/modules/src/dns/name-server.ts';
import type { RecordType } from '../../packages/modules/src/dns/record-value.ts';
import type { ProviderLimits } from '../../packages/modules/src/dns/store-provider.ts';
import { change, content, lawZone } from './record-change.ts';

/** A record set as people write it, for whoever else edits the zone. */
export interface EditedSet {
  /** Relative to the zone. */
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  /** Empty: the set is removed. */
  readonly values: readonly string[];
}

export interface ProviderOptions extends ProviderLimits {
  /** Servers that must serve a write, beside those that really do. */
  readonly moreNameServers?: readonly NameServer[];
}

/** A place with a zone `example.com` that holds `lawSets`, and a second way to look at it and to edit it. */
export interface ProviderBed {
  connect(options?: ProviderOptions): DnsProvider;
  /** The same place with a secret that it does not know. */
  connectWrongly(): DnsProvider;
  readonly secretText: string;
  edit(set: EditedSet): Promise<void>;
  /** `name type ttl value` of every record but the SOA, sorted, seen without the provider. */
  records(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** What the zone begins with. */
export const lawSets: readonly EditedSet[] = [
  { name: 'mail', type: 'A', ttl: 300, values: ['192.0.2.10'] },
  { name: 'www', type: 'A', ttl: 300, values: ['192.0.2.20', '192.0.2.21'] },
  { name: 'www', type: 'TXT', ttl: 300, values: ['"nobody asked"'] },
  { name: 'alias', type: 'CNAME', ttl: 300, values: ['mail.example.com.'] },
  { name: 'sub', type: 'NS', ttl: 300, values: ['ns.example.net.'] },
];

/** What every provider must do, whatever is behind it. */
export function describeProvider(title: string, start: () => Promise<ProviderBed>): void {
  describe(title, () => {
    let bed: ProviderBed;
    let provider: DnsProvider;

    beforeAll(async () => {
      bed = await start();
      provider = bed.connect();
    });
    afterAll(async () => {
      await bed?.stop();
    });

    const read = async (name: string, type: string, zone: string | undefined = lawZone) => {
      const [reading] = await provider.read([recordKey({ zone, name, type })]);
      if (reading?.is === 'present')
        return `${reading.observed.ttl} ${reading.observed.values.join(', ')}`;
      return reading?.is === 'unreadable' ? reading.error.code : reading?.is;
    };
    const write = async (...changes: RecordSetChange[]) => {
      const results = await provider.write(changes);
      return results.map((error) => (error === undefined ? 'written' : error.code));
    };

    test('what is there is present, what is not is absent, and what is not its own is unreadable', async () => {
      expect(await read('www', 'A')).toBe('300 192.0.2.20, 192.0.2.21');
      expect(await read('WWW.Example.COM.', 'TXT')).toBe('300 "nobody asked"');
      expect(await read('alias', 'CNAME')).toBe('300 mail.example.com.');
      expect(await read('sub', 'NS')).toBe('300 ns.example.net.');
      expect([await read('www', 'AAAA'), await read('nobody', 'A')]).toEqual(['absent', 'absent']);
      expect(await read('a.sub', 'A')).toBe('DNS_NOT_AUTHORITATIVE');
      expect(await read('a', 'A', 'example.org')).toMatch(/^DNS_(NOT_ZONE|REFUSED)$/);
    });

    test('the zone of a full name is found', async () => {
      const keys = ['www.example.com', 'a.b.example.com'].map((name) =>
        recordKey({ name, type: 'A' }),
      );
      const readings = await provider.read(keys);
      expect(readings.map(({ is }) => is)).toEqual(['present', 'absent']);
      expect(readings[0]).toMatchObject({ observed: { zone: 'example.com.' } });
    });

    test('every type goes in, is read as it was written, and out again; nothing else is touched', async () => {
      const before = await bed.records();
      const dkim = `v=DKIM1; h=sha256; k=rsa; p=${'MIIB'.repeat(180)}`;
      const sets: readonly [string, RecordType, RecordContent][] = [
        ['t-a', 'A', content('A', 60, '192.0.2.41', '192.0.2.40')],
        ['t-aaaa', 'AAAA', content('AAAA', 60, '2001:DB8::1')],
        ['t-caa', 'CAA', content('CAA', 60, '0 issue "le.example; a=b"')],
        ['t-cname', 'CNAME', content('CNAME', 60, 'mail.example.com')],
        ['t-mx', 'MX', content('MX', 60, '10 mail.example.com', '20 mx.example.net')],
        ['t-null', 'MX', content('MX', 60, '0 .')],
        ['t-ptr', 'PTR', content('PTR', 60, 'mail.example.com')],
        ['_sip._tcp', 'SRV', content('SRV', 60, '0 5 5060 mail.example.com')],
        ['_none._tcp', 'SRV', content('SRV', 60, '0 0 0 .')],
        ['_25._tcp.mail', 'TLSA', content('TLSA', 60, `3 1 1 ${'0A'.repeat(32)}`)],
        ['t-txt', 'TXT', content('TXT', 60, 'say "hi"; \\ ü', 'second')],
        ['*.t-wild', 'TXT', content('TXT', 60, 'wild')],
        ['mail._domainkey', 'TXT', content('TXT', 60, dkim)],
      ];
      const changes = sets.map(([name, type, desired]) => change(name, type, 'absent', desired));
      expect(await write(...changes)).toEqual(sets.map(() => 'written'));
      for (const [name, type, desired] of sets) {
        expect([name, await read(name, type)]).toEqual([
          name,
          `${desired.ttl} ${desired.values.join(', ')}`,
        ]);
      }
      const after = await bed.records();
      expect(after.filter((line) => !before.includes(line))).toHaveLength(
        sets.reduce((sum, [, , { values }]) => sum + values.length, 0),
      );
      expect(before.filter((line) => !after.includes(line))).toEqual([]);
      expect(await write(...changes)).toEqual(sets.map(() => 'written'));
      const removals = sets.map(([name, type, desired]) => change(name, type, desired, 'absent'));
      expect(await write(...removals)).toEqual(sets.map(() => 'written'));
      expect(await bed.records()).toEqual(before);
    });

    test('values and TTL change together, and a set that others wrote in another form is the same', async () => {
      await bed.edit({ name: 'odd', type: 'TXT', ttl: 300, values: ['"ab" "c"'] });
      const observed = content('TXT', 300, 'abc');
      expect(await read('odd', 'TXT')).toBe('300 "abc"');
      const desired = content('TXT', 600, 'abc', 'second');
      expect(await write(change('odd', 'TXT', observed, desired))).toEqual(['written']);
      expect(await read('odd', 'TXT')).toBe('600 "abc", "second"');
      expect(await write(change('odd', 'TXT', desired, 'absent'))).toEqual(['written']);
    });

    test('a set that someone else changed is refused and kept; the others are written', async () => {
      const planned = content('A', 300, '192.0.2.20', '192.0.2.21');
      await bed.edit({ name: 'www', type: 'A', ttl: 300, values: ['192.0.2.29'] });
      const stale = change('www', 'A', planned, content('A', 300, '192.0.2.22'));
      const fine = change('fine', 'A', 'absent', content('A', 60, '192.0.2.60'));
      expect(await write(stale, fine)).toEqual(['DNS_CHANGED_MEANWHILE', 'written']);
      expect(await read('www', 'A')).toBe('300 192.0.2.29');
      expect(await read('fine', 'A')).toBe('60 192.0.2.60');
    });

    test('a CNAME stands alone: it is refused beside others, and takes their place in one write', async () => {
      const alias = content('CNAME', 300, 'mail.example.com');
      const address = content('A', 300, '192.0.2.50');
      const good = change('good', 'A', 'absent', address);
      expect(await write(change('www', 'CNAME', 'absent', alias), good)).toEqual([
        'DNS_CNAME_CONFLICT',
        'written',
      ]);
      expect(await write(change('@', 'CNAME', 'absent', alias))).toEqual(['DNS_CNAME_CONFLICT']);
      expect(await write(change('alias', 'A', 'absent', address))).toEqual(['DNS_CNAME_CONFLICT']);
      expect(
        await write(
          change('good', 'A', address, 'absent'),
          change('good', 'CNAME', 'absent', alias),
        ),
      ).toEqual(['written', 'written']);
      expect(await read('good', 'CNAME')).toBe('300 mail.example.com.');
    });

    test('many sets go in and out, over as many requests as it takes', async () => {
      const changes = Array.from({ length: 120 }, (_, index) =>
        change(`bulk-${index}`, 'TXT', 'absent', content('TXT', 60, `${index} `.repeat(60))),
      );
      const removals = changes.map(({ key, desired }) => ({
        key,
        observed: desired,
        desired: 'absent' as const,
      }));
      const patient = bed.connect({ removalsMax: 120 });
      const before = await bed.records();
      expect(new Set(await patient.write(changes))).toEqual(new Set([undefined]));
      const readings = await patient.read(changes.map(({ key }) => key));
      expect(readings.every(({ is }) => is === 'present')).toBe(true);
      const refused = await bed.connect({ removalsMax: 119 }).write(removals);
      expect(new Set(refused.map((error) => error?.code))).toEqual(
        new Set(['DNS_TOO_MANY_REMOVALS']),
      );
      expect(new Set(await patient.write(removals))).toEqual(new Set([undefined]));
      expect(await bed.records()).toEqual(before);
    });

    test('twenty removals at once are allowed unless something else is said', async () => {
      const gone = Array.from({ length: 21 }, (_, index) =>
        change(`gone-${index}`, 'A', content('A', 60, '192.0.2.1'), 'absent'),
      );
      const [first] = await provider.write(gone);
      expect(first?.code).toBe('DNS_TOO_MANY_REMOVALS');
      expect(first?.problem).toContain('21 record sets would be removed');
    });

    test('a name server that does not serve what was written is named, and what is written stays', async () => {
      const nobody: NameServer = { server: '127.0.0.1', port: 9 };
      const impatient = bed.connect({ moreNameServers: [nobody], propagationTimeoutMs: 1500 });
      const added = change('unserved', 'A', 'absent', content('A', 60, '192.0.2.1'));
      const [error] = await impatient.write([added]);
      expect(error?.code).toBe('DNS_NOT_PROPAGATED');
      expect(error?.problem).toContain('127.0.0.1 port 9');
      expect(await read('unserved', 'A')).toBe('60 192.0.2.1');
    });

    test('a wrong secret is refused, and neither it nor the right one is in what is said', async () => {
      const wrong = bed.connectWrongly();
      const [reading] = await wrong.read([recordKey({ zone: lawZone, name: 'www', type: 'A' })]);
      if (reading?.is !== 'unreadable') throw new Error(`It was ${reading?.is}.`);
      expect(reading.error.code).toMatch(/^DNS_(API_DENIED|TSIG_BADSIG)$/);
      const shown = inspect([reading.error, wrong, provider], { depth: 12, showHidden: true });
      expect(shown).not.toContain(bed.secretText);
      expect(shown).not.toContain(wrongSecret);
    });

    test('the caller can stop a read and a write', async () => {
      const stopped = expect.objectContaining({ code: 'INTERRUPTED' });
      const added = change('stopped', 'A', 'absent', content('A', 60, '192.0.2.1'));
      await expect(provider.read([added.key], AbortSignal.abort())).rejects.toEqual(stopped);
      await expect(provider.write([added], AbortSignal.abort())).rejects.toEqual(stopped);
      expect(await read('stopped', 'A')).toBe('absent');
    });
  });
}

/** Long enough for every kind of secret, and base64. */
export const wrongSecret = 'd3Jvbmcgc2VjcmV0IG9mIHRoZSBsYXdzIQ==';
