import { type FieldDiff, type Sh, sh } from '@hostwright/core';
import { Type } from 'typebox';
import type { PathStatus } from './path-status.ts';

/** A name as useradd(8) of Debian takes it, or a number; no leading dash, so that no command reads it as an option. */
const accountPattern = '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}\\$?$';

/** Who owns a path and who may do what with it. `modeDefault` is told for what is new. */
export function ownershipProperties(modeDefault: string) {
  return {
    owner: Type.Optional(
      Type.String({
        pattern: accountPattern,
        maxLength: 32,
        description:
          'User that owns it, by name or by number. Default: kept as it is; root, or the user that the run becomes, when new.',
      }),
    ),
    group: Type.Optional(
      Type.String({
        pattern: accountPattern,
        maxLength: 32,
        description:
          'Group that owns it, by name or by number. Default: kept as it is; the group of the owner, or of a directory with the setgid bit, when new.',
      }),
    ),
    mode: Type.Optional(
      Type.String({
        pattern: '^[0-7]{4}$',
        maxLength: 4,
        description: `Permissions as four octal digits, with setuid, setgid and sticky bits in the first: \`0644\`. Default: kept as it is, but the kernel takes setuid and setgid bits of a file whose owner or group changes; ${modeDefault} when new.`,
      }),
    ),
  };
}

export interface Ownership {
  readonly owner?: string;
  readonly group?: string;
  readonly mode?: string;
}

/** The fields in which a path differs from what is wanted; what is not declared never differs. */
export function ownershipDiff(wanted: Ownership, status: PathStatus): readonly FieldDiff[] {
  const { owner, group, mode } = wanted;
  return [
    ...changed('owner', accountForm(owner, status.owner, status.uid), owner),
    ...changed('group', accountForm(group, status.group, status.gid), group),
    ...changed('mode', status.mode, mode),
  ];
}

/** The fields that are set on something new. */
export function ownershipOfNew(wanted: Ownership, mode: string): readonly FieldDiff[] {
  const { owner, group } = wanted;
  return [
    ...changed('owner', null, owner),
    ...changed('group', null, group),
    ...changed('mode', null, wanted.mode ?? mode),
  ];
}

/** `owner:group` as chown(1) takes it; empty when neither is declared. */
export function chownWord({ owner, group }: Ownership): string {
  if (owner === undefined && group === undefined) return '';
  return group === undefined ? (owner ?? '') : `${owner ?? ''}:${group}`;
}

/** Sets owner, then mode: chown(2) takes setuid and setgid bits away. Neither follows a link into the open. */
export function setOwnership(path: string, wanted: Ownership, mode: string | undefined): Sh {
  const word = chownWord(wanted);
  const chown = word === '' ? sh`:` : sh`chown -h -- ${word} ${path}`;
  return mode === undefined ? chown : sh`${chown} && chmod -- ${mode} ${path}`;
}

/** The observed account in the form in which the desired one is written, name or number. */
function accountForm(wanted: string | undefined, name: string, id: number): string {
  if (wanted === undefined || !/^\d+$/.test(wanted)) return name;
  return Number(wanted) === id ? wanted : String(id);
}

function changed(field: string, from: string | null, to: string | undefined): readonly FieldDiff[] {
  return to === undefined || from === to ? [] : [{ field, from, to }];
}
