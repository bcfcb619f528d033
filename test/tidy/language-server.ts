import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { root } from '../../scripts/tree/tree.ts';

/** What editors talk to: the compiler's own language server, about one file. */
export interface Editor {
  /** Labels that are offered where `|` stands in the text. */
  completions(text: string): Promise<readonly string[]>;
  /** What is shown for the name that `|` stands in, as it is shown. */
  hover(text: string): Promise<string>;
  close(): Promise<void>;
}

const file = 'playbook.ts';

/** Starts the language server in a folder of its own that finds our packages as a user's does. */
export async function openEditor(): Promise<Editor> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hostwright-editor-')));
  symlinkSync(join(root, 'test/node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    module: 'nodenext',
    strict: true,
    allowImportingTsExtensions: true,
    noEmit: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const child = spawn(process.execPath, [compiler, '--lsp', '--stdio'], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onRequest(() => null);
  connection.listen();
  const uri = pathToFileURL(join(folder, file)).href;
  const completion = { completionItem: { snippetSupport: false } };
  await connection.sendRequest('initialize', {
    ...{ processId: process.pid, rootUri: pathToFileURL(folder).href },
    capabilities: { textDocument: { completion } },
  });
  await connection.sendNotification('initialized', {});
  const ask = async (question: string, marked: string, more: object): Promise<unknown> => {
    const before = marked.slice(0, marked.indexOf('|'));
    const text = marked.replace('|', '');
    const textDocument = { uri, languageId: 'typescript', version: 1, text };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
    const lines = before.split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const asked = { textDocument: { uri }, position, ...more };
    const answer: unknown = await connection.sendRequest(`textDocument/${question}`, asked);
    await connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    return answer;
  };
  return {
    completions: async (marked) =>
      labelsOf(await ask('completion', marked, { context: { triggerKind: 1 } })),
    hover: async (marked) => JSON.stringify(await ask('hover', marked, {})),
    async close() {
      await connection.sendRequest('shutdown');
      connection.dispose();
      child.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

function labelsOf(answer: unknown): readonly string[] {
  const list =
    typeof answer === 'object' && answer !== null && 'items' in answer ? answer.items : answer;
  return Array.isArray(list)
    ? list.map(({ label }: { label: string }) => label.replace(/\?$/, ''))
    : [];
}
