import { secret } from '@hostwright/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type DnsProvider,
  type RecordContent,
  type RecordSetChange,
  recordKey,
} from '../../packages/modules/src/dns/dns-provider.ts';
import type { RecordType } from '../../packages/modules/src/dns/record-value.ts';
import { type Rfc2136Settings, rfc2136 } from '../../packages/modules/src/dns/rfc2136.ts';
import { tsigKey } from '../../packages/modules/src/dns/tsig.ts';
import type { DnsServerKind } from './dns-server-configuration.ts';
import {
  checkZone,
  dig,
  nsupdate,
  type RealDnsServer,
  secretHolders,
  transfer,
} from './real-dns-server.ts';
import { change, content, lawZone } from './record-change.ts';

const zone = lawZone;
const zoneText = `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
@ NS ns2.example.net.
ns1 A 192.0.2.1
mail A 192.0.2.10
www A 192.0.2.20
www AAAA 2001:db8::20
kept A 192.0.2.99
kept TXT "nobody asked"
odd TXT ( "ab" "c" )
mixed MX 10 Mail.EXAMPLE.com.
*.wild A 192.0.2.77
*.aliases CNAME mail
alias CNAME mail
deep.alias A 192.0.2.30
sub NS ns.sub
ns.sub A 192.0.2.5
`;
const otherText = `$TTL 300
@ SOA ns1.example.com. hostmaster 1 3600 600 86400 60
@ NS ns1.example.com.
`;
/** Zones that the laws need. */
export const lawZones = {
  [zone]: zoneText,
  'deep.alias.example.com': otherText,
  'closed.example.com': otherText,
  'example.org': otherText,
};

/** What the client must do on any server. `start` gets a server that holds `lawZones`. */
export function describeDnsServer(
  title: string,
  kind: DnsServerKind,
  start: () => Promise<RealDnsServer>,
): void {
  describe(`R49: ${title}`, () => {
    let server: RealDnsServer;
    let provider: DnsProvider;

    const connect = (settings: Partial<Rfc2136Settings> = {}) => {
      const key = tsigKey({ name: server.keyName, secret: secret(server.keySecret) });
      return rfc2136({
        server: server.address,
        port: server.port,
        key,
        timeoutMs: 15_000,
        removalsMax: 1000,
        ...settings,
      });
    };
    const read = async (name: string, type: string, zoneName: string | undefined = zone) => {
      const [reading] = await provider.read([recordKey({ zone: zoneName, name, type })]);
      if (reading?.is === 'present')
        return `${reading.observed.ttl} ${reading.observed.values.join(', ')}`;
      return reading?.is === 'unreadable'
        ? `${reading.error.code} ${reading.error.problem}`
        : reading?.is;
    };
    const write = async (...changes: RecordSetChange[]) => {
      const results = await provider.write(changes);
      return results.map((error) => error?.code ?? 'written');
    };

    beforeAll(async () => {
      server = await start();
      provider = connect();
    });
    afterAll(async () => {
      await server?.stop();
    });

    test('reads what is there and says what is not', async () => {
      expect(await read('www', 'A')).toBe('300 192.0.2.20');
      expect(await read('WWW.Example.com.', 'AAAA')).toBe('300 2001:db8::20');
      expect(await read('@', 'NS')).toBe('300 ns1.example.com., ns2.example.net.');
      expect(await read('odd', 'TXT')).toBe('300 "abc"');
      expect(await read('mixed', 'MX')).toBe('300 10 mail.example.com.');
      expect(await read('alias', 'CNAME')).toBe('300 mail.example.com.');
      expect(await read('sub', 'NS')).toBe('300 ns.sub.example.com.');
      expect([await read('www', 'TXT'), await read('nobody', 'A')]).toEqual(['absent', 'absent']);
      expect(await read('alias', 'A')).toBe('absent');
    });

    test('does not take what a wildcard makes up for a record', async () => {
      expect(await read('*.wild', 'A')).toBe('300 192.0.2.77');
      expect([await read('x.wild', 'A'), await read('x.aliases', 'A')]).toEqual([
        'absent',
        'absent',
      ]);
      const made = change('x.wild', 'A', 'absent', content('A', 300, '192.0.2.77'));
      const beside = change('x.aliases', 'A', 'absent', content('A', 60, '192.0.2.78'));
      expect(await write(made, beside)).toEqual(['written', 'written']);
      expect([await read('x.wild', 'A'), await read('x.aliases', 'A')]).toEqual([
        '300 192.0.2.77',
        '60 192.0.2.78',
      ]);
    });

    test('finds the zone of a name, also below an alias', async () => {
      const keys = [
        'www.example.com',
        'a.deep.alias.example.com',
        'alias.example.com',
        'nobody.example.org',
      ];
      const readings = await provider.read(keys.map((name) => recordKey({ name, type: 'A' })));
      expect(readings.map(({ is }) => is)).toEqual(['present', 'absent', 'absent', 'absent']);
      const key = recordKey({ name: 'a.deep.alias.example.com', type: 'A' });
      const desired = content('A', 60, '192.0.2.31');
      expect(await write({ key, observed: 'absent', desired })).toEqual(['written']);
      expect(await transfer(server, 'deep.alias.example.com')).toContain('192.0.2.31');
    });

    test('writes every type, as dig reads it', async () => {
      const dkim = `v=DKIM1; h=sha256; k=rsa; p=${'MIIB'.repeat(180)}`;
      const sets: [string, RecordType, RecordContent, string[]][] = [
        [
          't-a',
          'A',
          content('A', 60, '192.0.2.41', '192.0.2.40'),
          ['60 192.0.2.40', '60 192.0.2.41'],
        ],
        ['t-aaaa', 'AAAA', content('AAAA', 60, '2001:DB8::1'), ['60 2001:db8::1']],
        [
          't-caa',
          'CAA',
          content('CAA', 60, '0 issue "le.example; a=b"'),
          ['60 0 issue "le.example; a=b"'],
        ],
        ['t-cname', 'CNAME', content('CNAME', 60, 'mail.example.com'), ['60 mail.example.com.']],
        [
          't-mx',
          'MX',
          content('MX', 60, '10 mail.example.com', '20 mx.example.net'),
          ['60 10 mail.example.com.', '60 20 mx.example.net.'],
        ],
        ['t-null', 'MX', content('MX', 60, '0 .'), ['60 0 .']],
        ['t-ns', 'NS', content('NS', 60, 'ns.example.net'), []],
        ['t-ptr', 'PTR', content('PTR', 60, 'mail.example.com'), ['60 mail.example.com.']],
        [
          '_sip._tcp',
          'SRV',
          content('SRV', 60, '0 5 5060 mail.example.com'),
          ['60 0 5 5060 mail.example.com.'],
        ],
        [
          '_25._tcp.mail',
          'TLSA',
          content('TLSA', 60, `3 1 1 ${'0A'.repeat(32)}`),
          [`60 3 1 1 ${'0A'.repeat(28)} 0A0A0A0A`],
        ],
        [
          't-txt',
          'TXT',
          content('TXT', 60, 'say "hi"; \\ ü'),
          ['60 "say \\"hi\\"; \\\\ \\195\\188"'],
        ],
        [
          'mail._domainkey',
          'TXT',
          content('TXT', 60, dkim),
          [`60 "${dkim.slice(0, 255)}" "${dkim.slice(255, 510)}" "${dkim.slice(510)}"`],
        ],
      ];
      const changes = sets.map(([name, type, desired]) => change(name, type, 'absent', desired));
      expect(await write(...changes)).toEqual(sets.map(() => 'written'));
      for (const [name, type, desired, expected] of sets) {
        expect(await read(name, type)).toBe(`${desired.ttl} ${desired.values.join(', ')}`);
        if (type !== 'NS') expect(await dig(server, `${name}.${zone}`, type)).toEqual(expected);
      }
      expect(await write(...changes)).toEqual(sets.map(() => 'written'));
      const removals = sets.map(([name, type, desired]) => change(name, type, desired, 'absent'));
      expect(await write(...removals)).toEqual(sets.map(() => 'written'));
      for (const [name, type] of sets) expect(await read(name, type)).toBe('absent');
    });

    test('R34: touches nothing else', async () => {
      const before = await transfer(server, zone);
      const added = change('fleeting', 'TXT', 'absent', content('TXT', 60, 'x'));
      expect(await write(added)).toEqual(['written']);
      expect(await write(change('fleeting', 'TXT', added.desired, 'absent'))).toEqual(['written']);
      const withoutSerial = (text: string) =>
        text
          .split('\n')
          .filter((line) => !line.includes('SOA'))
          .sort();
      expect(withoutSerial(await transfer(server, zone))).toEqual(withoutSerial(before));
      expect(await read('kept', 'TXT')).toBe('300 "nobody asked"');
    });

    test('changes values, TTL, and what others wrote in another case or split', async () => {
      expect(
        await write(
          change('odd', 'TXT', content('TXT', 300, 'abc'), content('TXT', 300, 'abc', 'second')),
          change(
            'mixed',
            'MX',
            content('MX', 300, '10 mail.example.com'),
            content('MX', 60, '10 mail.example.com'),
          ),
        ),
      ).toEqual(['written', 'written']);
      expect(await read('odd', 'TXT')).toBe('300 "abc", "second"');
      expect(await read('mixed', 'MX')).toBe('60 10 mail.example.com.');
    });

    test('exchanges the name servers of the zone, which cannot be removed at once', async () => {
      const before = content('NS', 300, 'ns1.example.com', 'ns2.example.net');
      const after = content('NS', 600, 'ns1.example.com', 'ns3.example.net');
      expect(await write(change('@', 'NS', before, after))).toEqual(['written']);
      expect(await dig(server, zone, 'NS')).toEqual([
        '600 ns1.example.com.',
        '600 ns3.example.net.',
      ]);
      expect(await write(change('@', 'NS', after, 'absent'))).toEqual(['DNS_RECORD_INVALID']);
    });

    test('a CNAME and other records take each other’s place in one write', async () => {
      const address = content('A', 300, '192.0.2.50');
      const alias = content('CNAME', 300, 'mail.example.com');
      const [toAlias, toAddress] = [
        [change('swap', 'A', address, 'absent'), change('swap', 'CNAME', 'absent', alias)],
        [change('swap', 'A', 'absent', address), change('swap', 'CNAME', alias, 'absent')],
      ] as const;
      expect(await write(change('swap', 'A', 'absent', address))).toEqual(['written']);
      expect(await write(...toAlias)).toEqual(['written', 'written']);
      expect(await read('swap', 'CNAME')).toBe('300 mail.example.com.');
      expect(await write(...toAddress)).toEqual(['written', 'written']);
      expect(await read('swap', 'A')).toBe('300 192.0.2.50');
    });

    test('says what servers ignore in silence', async () => {
      const alias = content('CNAME', 300, 'mail.example.com');
      expect(await write(change('www', 'CNAME', 'absent', alias))).toEqual(['DNS_CNAME_CONFLICT']);
      expect(await write(change('@', 'CNAME', 'absent', alias))).toEqual(['DNS_CNAME_CONFLICT']);
      expect(await write(change('alias', 'A', 'absent', content('A', 60, '192.0.2.1')))).toEqual([
        'DNS_CNAME_CONFLICT',
      ]);
      expect(await read('alias', 'CNAME')).toBe('300 mail.example.com.');
    });

    test('R35: a set that someone else changed is refused and kept; the others are written', async () => {
      const planned = content('A', 300, '192.0.2.20');
      await nsupdate(server, [
        'update delete www.example.com A',
        'update add www.example.com 300 A 192.0.2.21',
      ]);
      const stale = change('www', 'A', planned, content('A', 300, '192.0.2.22'));
      const fine = change('fine', 'A', 'absent', content('A', 60, '192.0.2.60'));
      const [error, none] = await provider.write([stale, fine]);
      expect(none).toBeUndefined();
      expect(error?.code).toBe('DNS_CHANGED_MEANWHILE');
      expect(error?.problem).toBe(
        'www.example.com A was 300 192.0.2.20 when planned, and is 300 192.0.2.21 now.',
      );
      expect(await read('www', 'A')).toBe('300 192.0.2.21');
    });

    test('of many editors at once one wins, and none is overwritten', async () => {
      const before = content('TXT', 300, 'start');
      expect(await write(change('race', 'TXT', 'absent', before))).toEqual(['written']);
      const editors = Array.from({ length: 12 }, (_, index) =>
        content('TXT', 300, `editor ${index}`),
      );
      const results = await Promise.all(
        editors.map((desired) => connect().write([change('race', 'TXT', before, desired)])),
      );
      const won = editors.filter((_, index) => results[index]?.[0] === undefined);
      expect(won).toHaveLength(1);
      expect(await read('race', 'TXT')).toBe(`300 ${won[0]?.values[0]}`);
      const codes = new Set(results.map(([error]) => error?.code));
      expect(codes).toEqual(new Set([undefined, 'DNS_CHANGED_MEANWHILE']));
    });

    test('two editors that want the same both succeed', async () => {
      const desired = content('A', 60, '192.0.2.61');
      const both = [1, 2].map(() => connect().write([change('same', 'A', 'absent', desired)]));
      expect(await Promise.all(both)).toEqual([[undefined], [undefined]]);
    });

    test('a thousand sets go in and out', async () => {
      const changes = Array.from({ length: 1000 }, (_, index) =>
        change(`bulk-${index}`, 'TXT', 'absent', content('TXT', 60, `${index} `.repeat(60))),
      );
      expect(new Set(await write(...changes))).toEqual(new Set(['written']));
      const readings = await provider.read(changes.map(({ key }) => key));
      expect(readings.every(({ is }) => is === 'present')).toBe(true);
      const removals = changes.map(({ key, desired }) => ({
        key,
        observed: desired,
        desired: 'absent' as const,
      }));
      expect(new Set(await write(...removals))).toEqual(new Set(['written']));
    });

    test('each way to say no has its own error', async () => {
      const target = [change('denied', 'A', 'absent', content('A', 60, '192.0.2.1'))];
      const codeOf = async (settings: Partial<Rfc2136Settings>) => {
        const [error] = await connect(settings).write(target);
        return error?.code;
      };
      const name = server.keyName;
      expect(await codeOf({ key: tsigKey({ name, secret: secret('AAAA') }) })).toBe(
        'DNS_TSIG_BADSIG',
      );
      const unknown = tsigKey({ name: 'unknown', secret: secret(server.keySecret) });
      expect(await codeOf({ key: unknown })).toBe('DNS_TSIG_BADKEY');
      expect(await codeOf({ now: () => Date.now() - 600_000 })).toBe('DNS_TSIG_BADTIME');
      expect(await codeOf({ now: () => Date.now() + 600_000 })).toBe('DNS_TSIG_BADTIME');
      const unsigned = rfc2136({ server: server.address, port: server.port, timeoutMs: 5000 });
      const [denied] = await unsigned.write(target);
      expect(denied?.code).toBe(kind === 'bind' ? 'DNS_REFUSED' : 'DNS_NOT_AUTHORITATIVE');
      const closed = recordKey({ zone: 'closed.example.com', name: 'a', type: 'A' });
      const [shut] = await provider.write([
        { key: closed, observed: 'absent', desired: content('A', 60, '192.0.2.1') },
      ]);
      // Knot 3.2 says BADKEY where no acl of the zone admits the key, 3.4 says NOTAUTH.
      const shutCodes =
        kind === 'bind' ? ['DNS_REFUSED'] : ['DNS_TSIG_BADKEY', 'DNS_NOT_AUTHORITATIVE'];
      expect(shutCodes).toContain(shut?.code);
      expect(await read('a', 'A', 'example.net')).toContain('DNS_REFUSED');
      expect(await read('a.deep.alias', 'A')).toContain('DNS_NOT_ZONE');
      expect(await read('a', 'A', 'www.example.com')).toContain(
        'DNS_NOT_ZONE www.example.com is no zone',
      );
      expect(await read('ns.sub', 'A')).toContain(
        'DNS_NOT_AUTHORITATIVE The DNS server delegates sub.example.com',
      );
      const [time] = await connect({ now: () => Date.now() - 600_000 }).read([
        recordKey({ zone, name: 'a', type: 'A' }),
      ]);
      expect(time?.is === 'unreadable' && time.error.problem).toMatch(
        /The clock of the DNS server says \d{4}-.*Z, this machine's says \d{4}-.*Z: (599|600|601) s apart, 300 s are allowed/,
      );
    });

    test('every other algorithm works too, where the server has the key', async () => {
      const wrong = tsigKey({
        name: server.keyName,
        algorithm: 'hmac-sha512',
        secret: secret(server.keySecret),
      });
      const [error] = await connect({ key: wrong }).write([
        change('x', 'A', 'absent', content('A', 60, '192.0.2.1')),
      ]);
      expect(error?.code).toBe('DNS_TSIG_BADKEY');
    });

    test('what was written is a zone that named-checkzone takes', async () => {
      expect(await checkZone(server, zone)).toContain('OK');
    });

    test('the secret is in no log and in no file but the two that the server needs', async () => {
      expect(await server.log()).not.toContain(server.keySecret);
      const allowed = kind === 'bind' ? ['ddns.key'] : ['ddns.key', 'server.conf'];
      expect(await secretHolders(server)).toEqual(allowed);
    });
  });
}
