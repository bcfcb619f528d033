import { expect, test } from '@jest/globals';
import { opendmarcConfig, policydSpfConfig } from './sender-checks-config.ts';

test('DMARC decides, and SPF alone refuses nobody', () => {
  const text = opendmarcConfig({ hostname: 'mail.example.com', rejects: true, ignoreFile: '/i' });
  expect(text).toMatch(/^RejectFailures +true$/m);
  expect(text).toMatch(/^TrustedAuthservIDs +mail\.example\.com$/m);
  expect(opendmarcConfig({ hostname: 'x', rejects: false, ignoreFile: '/i' })).toMatch(
    /^RejectFailures +false$/m,
  );
  expect(policydSpfConfig).toMatch(/^Mail_From_reject = False$/m);
});
