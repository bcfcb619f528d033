import { readFileSync } from 'node:fs';
import { HostwrightError } from '@hostwright/core';
import type { InventorySource } from './carried.ts';

/** Errors: INVENTORY_INVALID when the file cannot be read. */
export function readSource(source: InventorySource): string {
  if ('text' in source) return source.text;
  try {
    return readFileSync(source.path, 'utf8');
  } catch (cause) {
    const problem = `The inventory ${source.path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw new HostwrightError('INVENTORY_INVALID', { problem, cause });
  }
}

/** Errors: INVENTORY_INVALID, with what the parser says. */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = `${name} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw new HostwrightError('INVENTORY_INVALID', { problem, cause });
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
