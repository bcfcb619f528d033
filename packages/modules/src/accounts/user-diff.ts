import { createHash } from 'node:crypto';
import { type FieldDiff, type Reading, reveal } from '@hostwright/core';
import type { ObservedUser } from './read-users.ts';
import type { UserSpec } from './user.ts';

/** What a new user gets where nothing is declared. */
export function newUser(spec: UserSpec) {
  const isSystem = spec.system === true;
  return {
    home: spec.home ?? (isSystem ? '/nonexistent' : `/home/${spec.name}`),
    shell: spec.shell ?? (isSystem ? '/usr/sbin/nologin' : '/bin/bash'),
    createHome: spec.createHome ?? !isSystem,
  };
}

/** What is between an account as it is wanted and as it was found. */
export function userDiff(
  spec: UserSpec,
  reading: Extract<Reading<ObservedUser>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  if (spec.ensure === 'absent') {
    return reading.is === 'absent' ? [] : [{ field: 'exists', from: true, to: false }];
  }
  return reading.is === 'absent' ? creation(spec) : update(spec, reading.observed);
}

function creation(spec: UserSpec): readonly FieldDiff[] {
  const { home, shell, createHome } = newUser(spec);
  const { uid, group = spec.name, groups = [], comment } = spec;
  const wanted = {
    uid,
    group,
    groups: otherGroups(groups, group),
    home,
    createHome,
    shell,
    comment,
  };
  const fields = Object.entries(wanted).flatMap(([field, to]): readonly FieldDiff[] => {
    const isNothing = to === undefined || (Array.isArray(to) && to.length === 0);
    return isNothing ? [] : [{ field, from: null, to }];
  });
  const password = spec.password === undefined ? [] : [passwordField(null)];
  return [{ field: 'exists', from: false, to: true }, ...fields, ...password];
}

function update(spec: UserSpec, observed: ObservedUser): readonly FieldDiff[] {
  const { uid, group, home, shell, comment } = spec;
  const wanted = { uid, group, home, shell, comment } as const;
  const fields = Object.entries(wanted).flatMap(([field, to]): readonly FieldDiff[] => {
    const from = observed[field as keyof typeof wanted];
    return to === undefined || to === from ? [] : [{ field, from, to }];
  });
  const missing = missingGroups(spec, observed);
  const union = [...observed.groups, ...missing].toSorted();
  return [
    ...fields,
    ...(missing.length === 0 ? [] : [{ field: 'groups', from: observed.groups, to: union }]),
    ...(spec.createHome === true && !observed.hasHome
      ? [{ field: 'createHome', from: false, to: true }]
      : []),
    ...(isPasswordRight(spec, observed) ? [] : [passwordField(hidden)]),
  ];
}

/** Groups that the user is wanted in and is not. The primary group needs no entry. */
export function missingGroups(
  { groups = [], group }: UserSpec,
  observed: ObservedUser,
): readonly string[] {
  return otherGroups(groups, group ?? observed.group).filter(
    (name) => !observed.groups.includes(name),
  );
}

/** Without the primary group, which needs no entry, and of a new user may not be there yet. */
export function otherGroups(groups: readonly string[], primary: string): readonly string[] {
  return groups.filter((name) => name !== primary).toSorted();
}

function isPasswordRight({ password }: UserSpec, { passwordDigest }: ObservedUser): boolean {
  if (password === undefined) return true;
  return createHash('sha256').update(reveal(password)).digest('hex') === passwordDigest;
}

const hidden = '<secret>';

function passwordField(from: string | null): FieldDiff {
  return { field: 'password', from, to: hidden, form: 'secret' };
}
