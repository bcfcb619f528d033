import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

export interface HttpsQuestion {
  readonly address: string;
  /** Name that the server is asked by, which its certificate must be for. */
  readonly name: string;
  /** The certificate that is trusted, alone. */
  readonly certificate: string;
  readonly path: string;
}

/** What a server answers to one who verifies its certificate. Rejects when that is for another name. */
export async function httpsGet({ address, name, certificate, path }: HttpsQuestion) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = {
    host: address,
    servername: name,
    ca: certificate,
    path,
    headers: { host: name },
  };
  request({ ...options, timeout: 30_000 }, resolve)
    .on('error', reject)
    .end();
  const answer = await promise;
  const { statusCode: status, headers } = answer;
  return { status, type: headers['content-type'], text: await text(answer) };
}
