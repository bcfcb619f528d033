import { secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { cloudflare } from '../../packages/modules/src/dns/cloudflare.ts';
import { recordContent, recordKey } from '../../packages/modules/src/dns/dns-provider.ts';
import { route53 } from '../../packages/modules/src/dns/route53.ts';
import { toRoute53 } from '../../packages/modules/src/dns/route53-name.ts';
import { startCloudflare } from './emulated-cloudflare.ts';
import { type ServedSet, startNameServer } from './emulated-name-server.ts';
import { type Route53Set, startRoute53 } from './emulated-route53.ts';
import {
  describeProvider,
  type EditedSet,
  lawSets,
  type ProviderBed,
  wrongSecret,
} from './provider-laws.ts';
import { lawZone } from './record-change.ts';

function lines(sets: readonly ServedSet[]): readonly string[] {
  return sets
    .flatMap(({ name, type, ttl, values }) =>
      values.map((value) => `${name} ${type} ${ttl} ${value}`),
    )
    .sort();
}

const fullName = ({ name }: EditedSet) => `${name}.${lawZone}`;

describeProvider('Cloudflare, emulated', async (): Promise<ProviderBed> => {
  const api = await startCloudflare(lawZone);
  const served = await startNameServer(`${lawZone}.`, api.sets);
  const edit = (set: EditedSet) => {
    const { type, ttl, values } = set;
    const name = fullName(set);
    api.remove(name, type);
    for (const content of values) api.add({ name, type, ttl, content: content.replace(/\.$/, '') });
  };
  for (const set of lawSets) edit(set);
  const { url, token } = api;
  return {
    connect: ({ moreNameServers = [], ...limits } = {}) =>
      cloudflare({
        url,
        token: secret(token),
        nameServers: [served.nameServer, ...moreNameServers],
        ...limits,
      }),
    connectWrongly: () => cloudflare({ url, token: secret(wrongSecret), nameServers: [] }),
    secretText: token,
    edit: async (set) => edit(set),
    records: async () => lines(api.sets()),
    stop: async () => {
      await Promise.all([api.stop(), served.stop()]);
    },
  };
});

describeProvider('Route 53, emulated', async (): Promise<ProviderBed> => {
  const api = await startRoute53(lawZone);
  const served = await startNameServer(`${lawZone}.`, api.sets);
  const edit = (set: EditedSet) => {
    const { type, ttl, values } = set;
    const name = `${fullName(set)}.`;
    if (values.length === 0) api.remove(name, type);
    else api.put({ name, type, ttl, values: values.map(toRoute53) });
  };
  api.put({ name: `${lawZone}.`, type: 'NS', ttl: 172_800, values: ['ns-1.awsdns.example.'] });
  api.put({ name: `${lawZone}.`, type: 'SOA', ttl: 900, values: ['a. b. 1 7200 900 1209600 60'] });
  for (const set of lawSets) edit(set);
  const { url, accessKeyId } = api;
  const secretText = 'the-secret-access-key-of-the-test';
  return {
    connect: ({ moreNameServers = [], ...limits } = {}) =>
      route53({
        url,
        credentials: { accessKeyId, secretAccessKey: secret(secretText) },
        nameServers: [served.nameServer, ...moreNameServers],
        ...limits,
      }),
    connectWrongly: () =>
      route53({
        url,
        credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: secret(wrongSecret) },
        nameServers: [],
      }),
    secretText,
    edit: async (set) => edit(set),
    records: async () => lines(api.sets()),
    stop: async () => {
      await Promise.all([api.stop(), served.stop()]);
    },
  };
});

const www = recordKey({ zone: lawZone, name: 'www', type: 'A' });
const old = recordContent('A', { ttl: 300, values: ['192.0.2.1'] });
const fresh = recordContent('A', { ttl: 300, values: ['192.0.2.2'] });
const change = { key: www, observed: old, desired: fresh };

async function cloudflareWith(record: { readonly proxied?: boolean }) {
  const api = await startCloudflare(lawZone);
  api.add({ name: `www.${lawZone}`, type: 'A', ttl: 300, content: '192.0.2.1', ...record });
  api.add({ name: lawZone, type: 'HTTPS', ttl: 300, content: '1 . alpn="h2"' });
  const provider = cloudflare({ url: api.url, token: secret(api.token), nameServers: [] });
  return { api, provider };
}

test('Cloudflare: what is proxied, or of a type that is not understood, is left alone', async () => {
  const { api, provider } = await cloudflareWith({ proxied: true });
  const [reading] = await provider.read([www]);
  expect(reading?.is === 'unreadable' && reading.error).toMatchObject({
    code: 'DNS_RECORD_SPECIAL',
    problem: 'www.example.com A is proxied by Cloudflare, so it is no plain record.',
  });
  const [error] = await provider.write([change]);
  expect(error?.code).toBe('DNS_RECORD_SPECIAL');
  expect(api.requests.every(({ method }) => method === 'GET')).toBe(true);
  await api.stop();
});

test.each([
  ['did it', true, undefined],
  ['did not do it', false, 'DNS_API_FAILED'],
])(
  'Cloudflare: after a failure in the middle, what is there decides, when it %s',
  async (_label, isDone, code) => {
    const { api, provider } = await cloudflareWith({});
    const isWrite = ({ method }: { readonly method: string }) => method === 'POST';
    api.faults.push({ on: isWrite, reply: { status: 502, body: '' }, isDone });
    const [error] = await provider.write([change]);
    expect(error?.code).toBe(code);
    expect(api.requests.filter(isWrite)).toHaveLength(1);
    await api.stop();
  },
);

test('Cloudflare: what its API says of a bad record is told, and the others are written', async () => {
  const { api, provider } = await cloudflareWith({});
  const short = recordContent('A', { ttl: 5, values: ['192.0.2.3'] });
  const bad = {
    key: { ...www, name: 'bad.example.com.' },
    observed: 'absent',
    desired: short,
  } as const;
  const [error, none] = await provider.write([bad, change]);
  expect(error?.code).toBe('DNS_API_REFUSED');
  expect(error?.problem).toContain('Invalid TTL');
  expect(none).toBeUndefined();
  await api.stop();
});

async function route53With(set: Partial<Route53Set>) {
  const api = await startRoute53(lawZone);
  api.put({ name: `www.${lawZone}.`, type: 'A', ttl: 300, values: ['192.0.2.1'], ...set });
  const secretAccessKey = secret('the-secret-access-key-of-the-test');
  const { url, accessKeyId } = api;
  const credentials = { accessKeyId, secretAccessKey };
  const provider = route53({ url, credentials, nameServers: [], propagationTimeoutMs: 2500 });
  return { api, provider };
}

test.each<[string, Partial<Route53Set>]>([
  ['an alias', { alias: 'elb.example.', values: [] }],
  ['a set with a routing policy', { identifier: 'one' }],
])('Route 53: %s is left alone', async (_label, set) => {
  const { api, provider } = await route53With(set);
  const [error] = await provider.write([change]);
  expect(error?.code).toBe('DNS_RECORD_SPECIAL');
  expect(api.requests.every(({ method }) => method === 'GET')).toBe(true);
  await api.stop();
});

test('Route 53: a change that is PENDING is waited for, within the limit', async () => {
  const { api, provider } = await route53With({});
  api.pendingLooks = 1;
  expect(await provider.write([change])).toEqual([undefined]);
  api.pendingLooks = 99;
  const [error] = await provider.write([{ ...change, observed: fresh, desired: old }]);
  expect(error?.code).toBe('DNS_NOT_PROPAGATED');
  expect(error?.problem).toContain('PENDING');
  await api.stop();
});

test('Route 53: when it is asked too often, it is asked again', async () => {
  const { api, provider } = await route53With({});
  const throttled = {
    status: 400,
    headers: { 'content-type': 'text/xml' },
    body: '<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
  };
  api.faults.push({ on: () => true, reply: throttled });
  api.faults.push({ on: ({ method }) => method === 'POST', reply: throttled });
  expect(await provider.write([change])).toEqual([undefined]);
  await api.stop();
});

test('Route 53: what others changed in between is refused by Route 53 itself', async () => {
  const { api, provider } = await route53With({});
  const theirs = { name: `www.${lawZone}.`, type: 'A', ttl: 300, values: ['192.0.2.77'] };
  const isWrite = ({ method }: { readonly method: string }) => method === 'POST';
  // They come first, in the moment between our look and our change.
  api.faults.push({
    on: (request) => {
      if (isWrite(request)) api.put(theirs);
      return false;
    },
    reply: 'reset',
  });
  const [error] = await provider.write([change]);
  expect(error?.code).toBe('DNS_CHANGED_MEANWHILE');
  expect(api.sets()[0]?.values).toEqual(['192.0.2.77']);
  await api.stop();
});
