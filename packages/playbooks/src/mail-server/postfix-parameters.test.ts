import { expect, test } from '@jest/globals';
import { postfixParameters, submissionParameters } from './postfix-parameters.ts';

const settings = {
  hostname: 'mail.example.com',
  domain: 'example.com',
  certificateFile: '/c.pem',
  keyFile: '/k.pem',
  table: (name: string) => `texthash:/maps/${name}`,
  processLimit: 200,
  messageSizeLimit: 26_214_400,
  hasFilter: true,
  checksSenders: true,
};
const rates = { loginsPerMinute: 60, messagesPerMinute: 120 };

test('mail from outside is checked before it is taken, and filtered before it is delivered', () => {
  const parameters = postfixParameters(settings);
  expect(parameters.smtpd_milters).toBe('inet:127.0.0.1:8891, inet:127.0.0.1:8893');
  expect(parameters.smtpd_recipient_restrictions).toMatch(/quota-status.*policyd-spf/);
  expect(parameters.content_filter).toBe('smtp-amavis:[127.0.0.1]:10024');
});

test('without filter and checks nothing of them is left', () => {
  const parameters = postfixParameters({ ...settings, hasFilter: false, checksSenders: false });
  expect(parameters.content_filter).toBe('');
  expect(JSON.stringify(parameters)).not.toMatch(/8893|policyd|amavis/);
});

test('mail of users is signed and filtered, but not judged as a stranger', () => {
  const options = submissionParameters('submission', { hasFilter: true, rates });
  expect(options).toMatchObject({
    smtpd_milters: 'inet:127.0.0.1:8891',
    content_filter: 'smtp-amavis:[127.0.0.1]:10026',
    smtpd_client_auth_rate_limit: 60,
    smtpd_client_message_rate_limit: 120,
  });
});
