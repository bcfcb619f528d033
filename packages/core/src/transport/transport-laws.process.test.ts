import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Host } from '../model/host.ts';
import { hasSshd, type RealSshd, startSshd } from '../testing/real-sshd.ts';
import { type SshServer, startSshServer } from '../testing/ssh-server.ts';
import { describeTransport } from '../testing/transport-laws.ts';
import { connect } from './connect.ts';

const local: Host = {
  name: 'here',
  address: '',
  connection: 'local',
  user: userInfo().username,
  groups: [],
  ssh: {},
  become: undefined,
  vars: {},
};

describeTransport('local', () => connect(local));

describe('embedded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostwright-home-'));
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshServer({ folder });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  describeTransport('ssh to the embedded server', () => connect(server.host()));
});

(hasSshd ? describe : describe.skip)('OpenSSH', () => {
  let sshd: RealSshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.close());
  describeTransport('ssh to sshd', () => connect(sshd.host));
});
