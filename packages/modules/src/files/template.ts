import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  asHostwrightError,
  type Declaration,
  type DeclarationOptions,
  defineResource,
  HostwrightError,
  type Input,
  renderTemplate,
  type TemplateText,
  type TemplateVars,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { pathProperty } from './absolute-path.ts';
import { contentProperty } from './file-content.ts';
import { checkFile, fileDiff, fileDriver } from './managed-file.ts';
import { ownershipProperties } from './ownership.ts';
import { pathEdges, pathProvides } from './path-edges.ts';
import { validateProperty } from './write-file.ts';

const schema = Type.Object(
  {
    path: pathProperty(
      'Absolute path of the file on the host, without `.`, `..`, doubled or final slashes; at most 4095 bytes. Its directory must exist or be declared.',
    ),
    template: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4095,
        description:
          "File with the template: an absolute path, a `file:` URL (`new URL('motd.hbs', import.meta.url).href`), or a path relative to the file that declares it. Default: `source` is the template.",
      }),
    ),
    source: Type.Optional(
      Type.String({
        maxLength: 1_048_576,
        description: 'The template itself, in place of `template`. At most 1,048,576 characters.',
      }),
    ),
    vars: Type.Optional(
      Type.Unsafe<TemplateVars>(
        Type.Object(
          {},
          {
            additionalProperties: true,
            description:
              'Variables of the template: plain values, lists, objects, secrets and outputs. The file is secret when one of them is. Default: none.',
          },
        ),
      ),
    ),
    ...ownershipProperties('`0644`, or `0600` when a variable is secret'),
    validate: Type.Optional(validateProperty()),
    content: contentProperty('The rendered text. Left out by the author: Template fills it in.'),
  },
  { additionalProperties: false },
);

type TemplateSpec = Static<typeof schema>;

const rendered = defineResource({
  kind: 'Template',
  schema,
  keys: ['path'],
  secrets: ['content', 'vars'],
  identity: (spec) => spec.path,
  claims: (spec) => [`path:${spec.path}`],
  provides: pathProvides,
  edges: pathEdges,
  check: checkFile,
  driver: fileDriver,
  diff: fileDiff,
});

/**
 * A file rendered from a Handlebars template. It is written, compared and shown as File is.
 *
 * Nothing is escaped, and a variable that is not there is an error; `{{#if x}}` and `{{#unless x}}` may ask for it.
 * Rendering happens when the play runs, or, where a variable is an output, once that is known.
 *
 * Identity: `path`, once per host among File and Template.
 * Units: mode in octal digits, text in characters.
 * Cost: that of File on the host; on the controller one parse of the template per declaration and host, about a
 * millisecond for a hundred lines.
 * Errors: TEMPLATE_INVALID with the line of the template; those of File.
 * Source: https://handlebarsjs.com/guide/. Captured on Debian 12 and 13 as File.
 * @example Template({ path: '/etc/motd', source: 'This is {{name}}.\n', vars: { name: 'mx1' } })
 */
export const Template = Object.assign(
  (spec: Input<Omit<TemplateSpec, 'content'>>, options: DeclarationOptions = {}): Declaration => {
    // Made first, because only a declaration knows the line of the playbook that it stands in.
    const { source: place } = rendered({ path: '/', content: '' });
    try {
      const { vars, source: _source, ...rest } = spec as Omit<TemplateSpec, 'content'>;
      const text = templateText(spec as Omit<TemplateSpec, 'content'>, place?.file);
      return rendered({ ...rest, content: renderTemplate(text, vars ?? {}) }, options);
    } catch (thrown) {
      const path = String((spec as { readonly path?: unknown }).path);
      throw asHostwrightError(thrown).with({ resource: `Template[${path}]`, source: place });
    }
  },
  { type: rendered.type },
);

function templateText(
  { template, source, path }: Omit<TemplateSpec, 'content'>,
  playbook: string | undefined,
): TemplateText {
  if ((template === undefined) === (source === undefined)) {
    throw new HostwrightError('SPEC_INVALID', {
      problem: 'Template takes the file name of a template, or its text as source, and not both.',
    });
  }
  if (template === undefined) return { name: `of ${path}`, text: source ?? '' };
  const file = template.startsWith('file:')
    ? fileURLToPath(template)
    : resolve(dirname(playbook ?? ''), template);
  return { name: template, text: readTemplate(file) };
}

function readTemplate(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (cause) {
    const { code } = cause as { readonly code?: string };
    throw new HostwrightError('TEMPLATE_INVALID', {
      problem: `The template ${file} could not be read: ${code ?? 'it is no UTF-8'}.`,
      remedy: 'Correct the path; it is relative to the file of the playbook that declares it.',
      cause,
    });
  }
}
