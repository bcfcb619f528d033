import type { Declarations } from '@hostwright/core';
import { HostCapacity } from '@hostwright/modules';
import type { MailServer } from './settings.ts';
import { leastMemoryMiB } from './sizing.ts';

/** What the host must have for the volume that it is said to be for. Nothing is said: nothing is asked. */
export function capacity({ volume, ifShort, sizing, filters, database }: MailServer): Declarations {
  if (volume === undefined) return [];
  const { cpus, diskMiB } = sizing.least;
  const memoryMiB = leastMemoryMiB(sizing, {
    hasOfficialDatabase: filters?.virus?.officialDatabase === true,
    hasFilter: filters !== undefined,
    hasDatabase: database !== undefined,
  });
  return HostCapacity({ cpus, memoryMiB, diskMiB, ifShort });
}
