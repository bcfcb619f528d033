import type { Declaration, Declarations } from '@hostwright/core';

/** What a part of the mail server adds to its host, and the service that others wait for or notify. */
export interface Role {
  readonly declarations: Declarations;
  readonly service: Declaration;
}
