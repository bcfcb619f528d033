import type { Outcome } from '@hostwright/core';
import { AptSource, File, Package } from '@hostwright/modules';
import { beforeAll, expect, test } from '@jest/globals';
import { deployRuns } from './deploy-runs.ts';
import { both } from './on-all.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);

const timeoutMs = 400_000;

const { planned, applied, onAll } = deployRuns(lab);

/** An archive of each host's own, signed with a key of each host's own. */
const archive = '/srv/archive';
const newArchive = `set -e
export DEBIAN_FRONTEND=noninteractive GNUPGHOME=/root/archive-keys
apt-get update -q && apt-get install -qy --no-install-recommends gpg gpg-agent
mkdir -p -m 0700 "$GNUPGHOME" ${archive}
for who in archive@example.com other@example.com; do
  gpg --batch --quiet --passphrase '' --quick-gen-key "$who" ed25519 sign never
done
cd ${archive}
for name in shop-one shop-two; do
  mkdir -p "/tmp/$name/DEBIAN"
  printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@example.com>\\nDescription: x\\n' $name >"/tmp/$name/DEBIAN/control"
  dpkg-deb --build "/tmp/$name" ${archive}/$name.deb
  dpkg-deb -f $name.deb
  printf 'Filename: ./%s.deb\\nSize: %s\\nSHA256: %s\\n\\n' $name "$(stat -c %s $name.deb)" "$(sha256sum <$name.deb | cut -d ' ' -f 1)"
done | grep -v '^dpkg-deb: ' >Packages
{ echo 'Suite: shop'; LC_ALL=C date -u '+Date: %a, %d %b %Y %H:%M:%S UTC'; echo SHA256:
  echo " $(sha256sum <Packages | cut -d ' ' -f 1) $(stat -c %s Packages) Packages"; } >Release
gpg --batch --quiet --yes -u archive@example.com --clearsign -o InRelease Release
`;

let keys: readonly string[] = [];
let others: readonly string[] = [];

beforeAll(async () => {
  for (const host of lab.hosts) expect(await host.exec(newArchive)).toMatchObject({ exitCode: 0 });
  const exported = (who: string) =>
    onAll(`GNUPGHOME=/root/archive-keys gpg --armor --export ${who}`);
  keys = await exported('archive@example.com');
  others = await exported('other@example.com');
}, timeoutMs);

function shop(signedBy: string) {
  return AptSource({ name: 'shop', uris: [`file:${archive}`], suites: ['./'], signedBy });
}

/** The keys of all hosts count on each, so that one play does for both. */
const shopOfAll = () => shop(keys.join('\n'));

function detailsOf({ steps }: Outcome): Readonly<Record<string, string>> {
  const failed = steps.filter(({ result }) => result === 'failed');
  return Object.fromEntries(failed.map(({ id, error }) => [id, error?.detail ?? '']));
}

test(
  'a source and a package from there are one apply, though the lists are fresh; a second plan is empty',
  async () => {
    const wanted = () => [Package({ name: 'shop-one' }), shopOfAll()];
    expect(detailsOf(await applied(wanted))).toEqual({});
    expect(await planned(wanted)).toEqual({});
    expect(await onAll('dpkg-query -W shop-one')).toEqual(both('shop-one\t1\n'));
  },
  timeoutMs,
);

test(
  'what a hand changes is found, by field, and mended',
  async () => {
    await onAll("sed -i 's|^Suites: .*|Suites: other/|' /etc/apt/sources.list.d/shop.sources");
    const fields = [{ field: 'suites', from: 'other/', to: './' }];
    expect(await planned(shopOfAll)).toEqual({
      'twelve/AptSource[shop]': fields,
      'thirteen/AptSource[shop]': fields,
    });
    expect((await applied(shopOfAll)).isConverged).toBe(true);
    expect(await planned(shopOfAll)).toEqual({});
  },
  timeoutMs,
);

test(
  'a wrong key is said where a package is not found, and the right one is used at once',
  async () => {
    await onAll('rm /etc/apt/sources.list.d/shop.sources; apt-get -q update');
    const wrong = await applied(() => [shop(others.join('\n')), Package({ name: 'shop-two' })]);
    const said = expect.stringMatching(
      /Unable to locate package shop-two\nNot all package lists could be fetched:[\s\S]*(NO_PUBKEY|Missing key|not signed)/,
    );
    expect(detailsOf(wrong)).toEqual({
      'twelve/Package[shop-two]': said,
      'thirteen/Package[shop-two]': said,
    });
    const right = await applied(() => [shopOfAll(), Package({ name: 'shop-two' })]);
    expect(detailsOf(right)).toEqual({});
  },
  timeoutMs,
);

test(
  'a source that contradicts another is not put in place, unless the other goes',
  async () => {
    const old = '/etc/apt/sources.list.d/old.list';
    await onAll(`rm /etc/apt/sources.list.d/shop.sources
    echo 'deb [signed-by=/etc/apt/keyrings/old.asc] file:${archive} ./' >${old}`);
    const said = expect.stringContaining('Conflicting values set for option Signed-By');
    expect(detailsOf(await applied(shopOfAll))).toEqual({
      'twelve/AptSource[shop]': said,
      'thirteen/AptSource[shop]': said,
    });
    expect(
      await onAll('ls /etc/apt/sources.list.d; apt-get indextargets >/dev/null && echo fine'),
    ).toEqual(both(expect.stringMatching(/^(?![\s\S]*shop)[\s\S]*\nfine\n$/)));
    const moved = () => [shopOfAll(), File({ path: old, ensure: 'absent' })];
    expect(detailsOf(await applied(moved))).toEqual({});
    expect(await planned(moved)).toEqual({});
  },
  timeoutMs,
);

test(
  'it goes when it is declared absent',
  async () => {
    const gone = () => AptSource({ name: 'shop', ensure: 'absent' });
    expect((await applied(gone)).isConverged).toBe(true);
    expect(await planned(gone)).toEqual({});
    expect(await onAll('ls /etc/apt/sources.list.d | grep -c shop')).toEqual(both('0\n'));
  },
  timeoutMs,
);
