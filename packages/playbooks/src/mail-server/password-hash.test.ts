import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { passwordHash } from './password-hash.ts';

const anna = 'anna@example.com';

test('the same password gives the same text, and everything else another', () => {
  const hash = passwordHash(anna, secret('correct horse'));
  expect(passwordHash(anna, secret('correct horse'))).toBe(hash);
  expect(passwordHash('Anna@Example.com', secret('correct horse'))).toBe(hash);
  const others = [
    passwordHash(anna, secret('correct horsf')),
    passwordHash('ben@example.com', secret('correct horse')),
    passwordHash(anna, secret('correct horse'), secret('own')),
  ];
  expect(new Set([hash, ...others]).size).toBe(4);
});

test('the salt tells nothing about the password', () => {
  const salt = (password: string) => passwordHash(anna, password).split(',')[1];
  expect(salt('one')).toBe(salt('two'));
});

test('a server that knows the scheme verifies it', () => {
  const [rounds = '', salt = '', storedKey = '', serverKey = ''] = passwordHash(anna, 'pass word')
    .replace('{SCRAM-SHA-256}', '')
    .split(',');
  expect(rounds).toBe('100000');
  const salted = pbkdf2Sync('pass word', Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  expect(createHash('sha256').update(clientKey).digest('base64')).toBe(storedKey);
  expect(createHmac('sha256', salted).update('Server Key').digest('base64')).toBe(serverKey);
});

test('it is the text that Dovecot 2.3.19 and 2.4.1 were seen to accept', () => {
  expect(passwordHash(anna, 'pass anna')).toBe(
    '{SCRAM-SHA-256}100000,PKVW0emYU5LFbvCyXb/7LA==,4+im9PwJxIPFHHxU2/h6CpUXihAbdo6+yPRFMss1/5Q=,fBIGRPxtj7tWHdisJNLn3UQcQC86zm8dEXjMJkhLaXc=',
  );
});
