import type { NotCarried } from '../carried.ts';
import { isRecord } from '../read-source.ts';
import { isConnectionName } from './connection.ts';
import type { AnsibleVars } from './draft.ts';

/** Why a value cannot be carried over; undefined where it can. */
export function obstacle(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return /\{\{|\{%/.test(value)
      ? 'it is a Jinja2 template; compute it in TypeScript instead'
      : undefined;
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return 'it has more digits than a number keeps here; write it in quotes, as a text';
  }
  if (Array.isArray(value)) return value.map(obstacle).find((why) => why !== undefined);
  if (!isRecord(value)) return undefined;
  if ('__ansible_unsafe' in value) return undefined;
  if ('__ansible_vault' in value) {
    return 'it is encrypted by Ansible Vault; give it as secret(…) instead';
  }
  return Object.values(value)
    .map(obstacle)
    .find((why) => why !== undefined);
}

/** The variables that plays see: without those that say how to connect, and without what has no value yet. */
export function plainVars(
  vars: AnsibleVars,
  where: string,
): { readonly vars: AnsibleVars; readonly notes: readonly NotCarried[] } {
  const notes: NotCarried[] = [];
  const kept = Object.entries(vars).filter(([name, value]) => {
    const why = obstacle(value);
    if (why !== undefined) notes.push({ where, what: `the variable ${name}`, why, isLost: true });
    return why === undefined && !isConnectionName(name);
  });
  return { vars: Object.fromEntries(kept.map(([name, value]) => [name, plain(value)])), notes };
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  if ('__ansible_unsafe' in value) return value.__ansible_unsafe;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}
