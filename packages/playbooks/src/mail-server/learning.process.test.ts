import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declarationsIn } from '@hostwright/core/testing';
import { Package } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { learning } from './learning.ts';

test('a message that cannot be learned is not tried for ever, and the others are learned', () => {
  const place = mkdtempSync(join(tmpdir(), 'hostwright-'));
  try {
    const all = declarationsIn(
      learning({ amavis: Package({ name: 'amavisd-new' }), rulesNeed: [] }),
    );
    const learn = all.find(({ spec }) => String(spec.path).endsWith('/learn'));
    for (const kind of ['spam', 'ham']) mkdirSync(join(place, kind));
    for (const name of ['spam/bad', 'spam/good', 'ham/good'])
      writeFileSync(join(place, name), name);
    writeFileSync(
      join(place, 'sa-learn'),
      '#!/bin/sh\necho "$@"\ncase $* in *bad*) exit 2 ;; esac\n',
      {
        mode: 0o755,
      },
    );
    const { status, stdout } = spawnSync('/bin/sh', [], {
      input: String(learn?.spec.content).replaceAll('/var/spool/mail-learning', place),
      encoding: 'utf8',
      env: { PATH: `${place}:/usr/bin:/bin` },
    });
    // It fails, so that somebody sees it; but what is left would start it again at once.
    expect(status).toBe(1);
    expect(stdout.replaceAll(`${place}/`, '').split('\n')).toEqual([
      '--no-sync --spam spam/bad',
      '--no-sync --spam spam/good',
      '--no-sync --ham ham/good',
      '--sync',
      '',
    ]);
    expect(['spam', 'ham'].flatMap((kind) => readdirSync(join(place, kind)))).toEqual([]);
  } finally {
    rmSync(place, { recursive: true });
  }
});
