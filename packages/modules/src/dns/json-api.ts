import { HostwrightError, reveal, Secret } from '@hostwright/core';
import { type Deadline, pause } from './deadline.ts';
import { invalidField } from './invalid-field.ts';

export interface JsonApiSettings {
  /** For messages. */
  readonly label: string;
  /** Everything before the paths, without a final slash. */
  readonly url: string;
  /** Header that carries the token, and what stands before the token in it. */
  readonly header: string;
  readonly scheme: string;
  readonly token: Secret;
  /** True lets the token travel without TLS to another machine. */
  readonly allowsPlainHttp?: boolean;
  /** The API's own words out of the body of a refusal. */
  readonly reason: (body: unknown) => string | undefined;
}

export interface JsonReply {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks an HTTP API that speaks JSON. `missing` is what stands for 404; other refusals are errors.
 * Errors: DNS_API_DENIED, DNS_API_REFUSED, DNS_API_FAILED, DNS_API_BUSY, DNS_UNREACHABLE, DNS_CONNECTION_LOST,
 * DNS_REPLY_MALFORMED, DNS_TIMEOUT, INTERRUPTED. The token is in none of them.
 */
export type AskJson = (
  method: 'GET' | 'PATCH' | 'POST',
  path: string,
  deadline: Deadline,
  body?: unknown,
) => Promise<JsonReply>;

/** Wait before a question is asked again when the API does not say how long, doubled each time. */
const retryMs = 500;

/** Answers of a server that may be better the next time. A change is not sent again: whether it was made is seen by reading. */
const passing: readonly number[] = [500, 502, 503, 504];

/** Errors: DNS_RECORD_INVALID for a token that is no secret, and an address that would show it to the network. */
export function jsonApi(settings: JsonApiSettings): AskJson {
  const { token, label } = settings;
  const base = checkUrl(settings);
  if (!(token instanceof Secret) || !/^[\x21-\x7e]+$/.test(reveal(token))) {
    throw invalidField(
      'token',
      '(not shown)',
      'a token of printable letters, marked with secret()',
    );
  }
  return async (method, path, deadline, body) => {
    for (let wait = retryMs; ; wait *= 2) {
      const response = await send(settings, `${base}${path}`, { method, body }, deadline);
      const isAgain =
        response.status === 429 || (method === 'GET' && passing.includes(response.status));
      if (!isAgain) return judge(settings, response);
      const seconds = Number(response.retryAfter ?? Number.NaN);
      const pauseMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : wait;
      const underWay = `while ${label} answered ${response.status} and asked to come back later`;
      await pause(pauseMs, deadline, underWay).catch((error: HostwrightError) => {
        throw error.code === 'INTERRUPTED'
          ? error
          : new HostwrightError('DNS_API_BUSY', { problem: error.problem });
      });
    }
  };
}

interface Response {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

async function send(
  { header, scheme, token, label }: JsonApiSettings,
  url: string,
  { method, body }: { readonly method: string; readonly body: unknown },
  deadline: Deadline,
): Promise<Response> {
  const underWay = `while waiting for ${label}`;
  if (deadline.signal.aborted) throw deadline.error(underWay);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        [header]: `${scheme}${reveal(token)}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      // Another place than the one that was named is not told the token.
      redirect: 'error',
      signal: deadline.signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, text: await response.text(), retryAfter };
  } catch (thrown) {
    if (deadline.signal.aborted) throw deadline.error(underWay);
    throw networkError(label, thrown);
  }
}

/** Nothing was sent, for these reasons. */
const neverSent: Readonly<Record<string, string | undefined>> = {
  ECONNREFUSED: 'it refused the connection',
  ENOTFOUND: 'its name has no address',
  EAI_AGAIN: 'its name could not be resolved',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
};

/** The error of fetch itself is left out: it may carry the request, and with it the token. */
function networkError(label: string, thrown: unknown): HostwrightError {
  const cause = (thrown as { readonly cause?: { readonly code?: unknown } }).cause;
  const code = String(cause?.code ?? '');
  const reason = Object.hasOwn(neverSent, code) ? neverSent[code] : undefined;
  if (reason !== undefined) {
    const problem = `${label} cannot be reached: ${reason}.`;
    return new HostwrightError('DNS_UNREACHABLE', { problem });
  }
  const why = code === '' ? '' : ` (${code})`;
  const problem = `The connection to ${label} broke before it answered${why}.`;
  return new HostwrightError('DNS_CONNECTION_LOST', { problem });
}

function judge(settings: JsonApiSettings, { status, text }: Response): JsonReply {
  const { label, reason } = settings;
  const body = parse(text);
  const isOk = status >= 200 && status < 300;
  if (isOk && text !== '' && body === undefined) {
    const problem = `The answer of ${label} is no JSON.`;
    throw new HostwrightError('DNS_REPLY_MALFORMED', { problem });
  }
  if (isOk || status === 404) return { status, body };
  const words = (reason(body) ?? '').replaceAll(reveal(settings.token), '…').slice(0, 500);
  const said = `${status}${words === '' ? '' : `: ${words.replace(/\.$/, '')}`}`;
  if (status === 401 || status === 403) {
    const problem = `${label} does not admit the token (${said}).`;
    throw new HostwrightError('DNS_API_DENIED', { problem });
  }
  const code = status >= 500 ? 'DNS_API_FAILED' : 'DNS_API_REFUSED';
  throw new HostwrightError(code, { problem: `${label} answered ${said}.` });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkUrl({ url, allowsPlainHttp = false }: JsonApiSettings): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username !== '') {
    throw invalidField('url', url, 'an address such as https://dns.example.com');
  }
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(parsed.hostname);
  if (parsed.protocol === 'http:' && !isLocal && !allowsPlainHttp) {
    throw invalidField('url', url, 'https, so that nobody on the way reads the token');
  }
  return url.replace(/\/$/, '');
}
