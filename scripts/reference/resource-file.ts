import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ResourceType } from '@hostwright/core';
import {
  nameOf,
  parseFile,
  partOf,
  type SourceFile,
  type Syntax,
  walk,
} from '../tree/source-file.ts';
import { root, type TreeFile, treeFiles } from '../tree/tree.ts';
import { type DocComment, parseDocComment } from './doc-comment.ts';

/** One output of a resource type, with the comment that stands before it. */
export interface OutputDoc {
  readonly name: string;
  readonly text: string;
}

/** A file that defines a resource type, with all that its reference page is made of. */
export interface ResourceFile {
  readonly source: SourceFile;
  /** Folder under packages/modules/src: `apt`, `dns`, … */
  readonly area: string;
  /** Name of the export. */
  readonly name: string;
  /** Offset of the export in the text. */
  readonly offset: number;
  readonly comment: DocComment | undefined;
  readonly outputs: readonly OutputDoc[];
}

/** Every resource type of the modules package, in the order of their paths. */
export function resourceFiles(): readonly ResourceFile[] {
  return treeFiles(/^packages\/modules\/src\/[^/]+\/[^/]+(?<!\.test)\.ts$/).flatMap(parseResource);
}

/** The resource types that a file defines: none or one, by the rules of the house. */
export function parseResource(file: TreeFile): readonly ResourceFile[] {
  const source = parseFile(file);
  return source.program.body.flatMap((statement) => {
    const node = statement as unknown as Syntax;
    const declaration = partOf(node, 'declaration');
    if (node.type !== 'ExportNamedDeclaration' || declaration === undefined) return [];
    const [declarator] = (declaration.declarations ?? []) as readonly Syntax[];
    const call = definitionIn(declarator && partOf(declarator, 'init'));
    if (declarator === undefined || call === undefined || !makesResource(call)) return [];
    return [
      {
        source,
        area: file.path.split('/')[3] ?? '',
        name: nameOf(partOf(declarator, 'id')) ?? '',
        offset: node.start,
        comment: commentBefore(source, node.start),
        outputs: outputsOf(source, call),
      },
    ];
  });
}

/** `withPorts(defineResource(…), …)` only tells the compiler more. */
function definitionIn(call: Syntax | undefined): Syntax | undefined {
  if (call === undefined || nameOf(partOf(call, 'callee')) !== 'withPorts') return call;
  return (call.arguments as readonly Syntax[])[0];
}

/** `defineResource(…)`, or a function of a type's own around it: `Object.assign(…, { type })`. */
function makesResource(call: Syntax): boolean {
  const callee = partOf(call, 'callee');
  if (nameOf(callee) === 'defineResource') return true;
  if (callee === undefined || nameOf(partOf(callee, 'object')) !== 'Object') return false;
  const last = (call.arguments as readonly Syntax[]).at(-1);
  const properties = (last?.properties ?? []) as readonly Syntax[];
  return properties.some((property) => nameOf(partOf(property, 'key')) === 'type');
}

function commentBefore(source: SourceFile, offset: number): DocComment | undefined {
  const comment = source.comments.findLast(
    ({ type, end }) =>
      type === 'Block' && end <= offset && /^\s*$/.test(source.text.slice(end, offset)),
  );
  return comment?.value.startsWith('*') ? parseDocComment(comment.value.slice(1)) : undefined;
}

/** Names and comments of the object that `outputs` returns. */
function outputsOf(source: SourceFile, call: Syntax): readonly OutputDoc[] {
  const [definition] = call.arguments as readonly Syntax[];
  const properties = (definition?.properties ?? []) as readonly Syntax[];
  const outputs = properties.find((property) => nameOf(partOf(property, 'key')) === 'outputs');
  if (outputs === undefined) return [];
  const returned = returnedObject(source, outputs);
  return ((returned?.properties ?? []) as readonly Syntax[]).flatMap((property) => {
    const name = nameOf(partOf(property, 'key'));
    if (name === undefined) return [];
    const text = commentBefore(source, property.start)?.paragraphs.join(' ') ?? '';
    return [{ name, text }];
  });
}

/** The last object literal that is returned, by an arrow or by a return statement, also of a function named here. */
function returnedObject(source: SourceFile, property: Syntax): Syntax | undefined {
  const found: Syntax[] = [];
  const value = partOf(property, 'value');
  const name = nameOf(value);
  walk(source.program, (node, ancestors) => {
    if (node.type !== 'ObjectExpression') return;
    const parent = ancestors.at(-1);
    const isReturned = /^(ReturnStatement|ParenthesizedExpression|ArrowFunctionExpression)$/.test(
      parent?.type ?? '',
    );
    const isInside =
      ancestors.includes(property) ||
      (name !== undefined && ancestors.some((above) => nameOf(partOf(above, 'id')) === name));
    if (isReturned && isInside) found.push(node);
  });
  return found[0];
}

/** The resource type itself: loads the module as a user's playbook would. */
export async function loadType({
  source,
  name,
}: ResourceFile): Promise<ResourceType<unknown, unknown, unknown>> {
  const module: Readonly<Record<string, unknown>> = await import(
    pathToFileURL(join(root, source.path)).href
  );
  const { type } = module[name] as { type: ResourceType<unknown, unknown, unknown> };
  return type;
}
