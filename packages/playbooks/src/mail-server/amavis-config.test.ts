import { expect, test } from '@jest/globals';
import { amavisConfig } from './amavis-config.ts';

const settings = {
  hostname: 'mail.example.com',
  domains: ['example.com', 'example.org'],
  alarmAddress: 'anna@example.com',
  children: 3,
  spam: { junkScore: 6.31, asksLists: true, learns: false },
  virus: { officialDatabase: true, signatures: {} },
};

test('mail of every hosted domain gets the headers, and comes back on one port', () => {
  const text = amavisConfig(settings);
  expect(text).toContain("@local_domains_maps = (['.example.com', '.example.org']);");
  expect(text).toContain('$max_servers = 3;');
  expect(text).toContain("$forward_method = 'smtp:[127.0.0.1]:10025';");
});

test('nothing is bounced, and nothing passes that no scanner looked at', () => {
  const text = amavisConfig(settings);
  expect(text).not.toMatch(/D_(BOUNCE|REJECT)/);
  expect(text).toContain('$virus_scanners_failure_is_fatal = 1;');
  expect(text).toContain('@av_scanners_backup = ();');
  expect(text).toContain('$final_virus_destiny = D_DISCARD;');
});

test('what is not asked for is not done', () => {
  const spamOnly = amavisConfig({ ...settings, virus: undefined });
  expect(spamOnly).toContain('@bypass_virus_checks_maps = (1);');
  expect(spamOnly).toContain('@bypass_spam_checks_maps = (0);');
  const virusOnly = amavisConfig({ ...settings, spam: undefined });
  expect(virusOnly).toContain('@bypass_spam_checks_maps = (1);');
  expect(virusOnly).toContain('@bypass_virus_checks_maps = (0);');
});

test('spam is marked and passed, and put aside from a score that is given', () => {
  expect(amavisConfig(settings)).toContain('$final_spam_destiny = D_PASS;');
  const text = amavisConfig({ ...settings, spam: { ...settings.spam, discardScore: 15 } });
  expect(text).toContain('$sa_kill_level_deflt = 15;');
  expect(text).toContain('$final_spam_destiny = D_DISCARD;');
});
