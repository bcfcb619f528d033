import { spawnSync } from 'node:child_process';
import { absent } from '@hostwright/core';
import { shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { SelfSignedCertificate } from './self-signed-certificate.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const withOpenssl = hasOpenssl ? test : test.skip;

withOpenssl('a certificate that cannot be written says why, and nothing else', () => {
  const spec = {
    names: ['mail.example.com'],
    certificateFile: '/nonexistent/certs/mail.pem',
    keyFile: '/nonexistent/private/mail.key',
  };
  const { script } = shellDriver(SelfSignedCertificate).apply([
    { spec, reading: absent, fields: [{ field: 'exists', from: false, to: true }] },
  ]);
  const { status, stderr } = spawnSync('/bin/sh', [], { input: script, encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toContain('/nonexistent/private/mail.key.new');
  // The progress of making a key is a line of dots, and hides the rest.
  expect(stderr).not.toMatch(/\.\.\.|\+\+\+/);
});
