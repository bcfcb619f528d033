import { defineResource } from '@hostwright/core';
import { Type } from 'typebox';
import { pathProperty } from './absolute-path.ts';
import { contentProperty } from './file-content.ts';
import { checkFile, claimsOfFile, fileDiff, fileDriver, sharesOfFile } from './managed-file.ts';
import { ownershipProperties } from './ownership.ts';
import { pathEdges, pathProvides } from './path-edges.ts';
import { threatsOfContent, threatsOfRemoval } from './way-in.ts';
import { validateProperty } from './write-file.ts';

const schema = Type.Object(
  {
    path: pathProperty(
      'Absolute path of the file, without `.`, `..`, doubled or final slashes; at most 4095 bytes. Its directory must exist or be declared.',
    ),
    content: Type.Optional(
      contentProperty(
        'The whole content; may be `secret()` or an output. At most 1,048,576 characters. A final newline is not added. Default: not managed; a new file is empty.',
      ),
    ),
    encoding: Type.Optional(
      Type.Union([Type.Literal('utf8'), Type.Literal('base64')], {
        description:
          'How `content` is written down: `utf8`, or `base64` for binary files. Default: `utf8`.',
      }),
    ),
    ...ownershipProperties('`0644`, or `0600` when `content` is secret'),
    validate: Type.Optional(validateProperty()),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`absent` removes the file or symbolic link. Default: `present`.',
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * A regular file: its content, owner and mode, or its absence.
 *
 * A change of owner or mode alone does not rewrite the content. A new content replaces the file in one step: readers see
 * the old one or the new one, also when the host loses power. Hard links to the old file keep the old content. What is
 * not declared (owner, mode, ACL, extended attributes) is kept. Without `content` there may be FileLine and FileBlock for it.
 *
 * Identity: `path`, once per host among File and Template.
 * Units: mode in octal digits, content in characters.
 * Cost: one stat and one sha256sum per host to probe, however many files; a short file that differs travels once, for
 * the diff. About ten processes per file that is written.
 * Errors: FILE_NOT_REGULAR for a directory, a device or a symbolic link at the path; PROBE_FAILED for what may not be
 * read; APPLY_FAILED with the reason for a missing directory, a full disk, or a validator that refuses.
 * Source: stat(1), sha256sum(1), mv(1), rename(2), sync(1). Captured on Debian 12 and 13.
 * @example File({ path: '/etc/motd', content: 'Hello.\n', mode: '0644' })
 * @example File({ path: '/etc/sudoers.d/deploy', content: 'deploy ALL=(ALL) NOPASSWD:ALL\n', mode: '0440', validate: ['visudo', '-cf', '%'] })
 */
export const File = defineResource({
  kind: 'File',
  schema,
  keys: ['path'],
  secrets: ['content'],
  identity: (spec) => spec.path,
  claims: claimsOfFile,
  shares: sharesOfFile,
  provides: pathProvides,
  edges: pathEdges,
  check: checkFile,
  driver: fileDriver,
  diff: fileDiff,
  threatens: ({ spec, way }) =>
    spec.ensure === 'absent'
      ? threatsOfRemoval(spec.path, way)
      : threatsOfContent(spec.path, spec.content, way),
});
