import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Status } from '@typekube/apimachinery';
import { encodeStatus } from './encode-object';
import { endTogether } from './end-together';
import { type Accepted, CONTENT_TYPES, negotiateStatus } from './negotiate';
import { type ApiRequest, type ApiResponse, isGone } from './messages';
import { isTrue } from './request-info';
import { sendInPieces } from './send-pieces';
import { formatYaml } from './yaml';

/** Answers from this size on are compressed for clients that take it, as upstream. */
const GZIP_FROM_BYTES = 128 * 1024;

/** Answers from this size on are written apart from their head: together, they would be copied for it. */
const LONG_BYTES = 64 * 1024;

const compress = promisify(gzip);

/** Sends protobuf, or JSON in the form the client asked for: indented or as YAML; large answers compressed. */
export function sendEncoded(
  request: ApiRequest,
  response: ApiResponse,
  code: number,
  encoded: Buffer,
  accepted: Accepted,
): void | Promise<void> {
  const { audit } = request.context;
  // Where it is not JSON, the handler has told it.
  if (audit?.wantsResponse && accepted.format !== 'protobuf') audit.responseObject(encoded);
  const isPlain = accepted.format === 'protobuf' || (accepted.format === 'json' && !wantsPretty(request));
  const body = isPlain ? encoded : reformat(encoded, accepted);
  const contentType = CONTENT_TYPES[accepted.format];
  if (body.length >= GZIP_FROM_BYTES && acceptsGzip(request)) return sendCompressed(request, response, code, body, contentType);
  sendBytes(request, response, code, body, { 'Content-Type': contentType });
}

/** Sends an object that is made for this answer alone; where the answer is recorded, it is made in JSON, too. */
export function sendAnswer(request: ApiRequest, response: ApiResponse, { code, accepted, encode }: Answer): void | Promise<void> {
  const { audit } = request.context;
  if (audit?.wantsResponse && accepted.format === 'protobuf') audit.responseObject(encode({ ...accepted, format: 'json' }));
  return sendEncoded(request, response, code, encode(accepted), accepted);
}

interface Answer {
  readonly code: number;
  readonly accepted: Accepted;
  readonly encode: (accepted: Accepted) => Buffer;
}

/** Sends a `Status` object in the form that the client prefers, in JSON where there is none. */
export function sendStatus(request: ApiRequest, response: ApiResponse, status: Status): void {
  const { audit } = request.context;
  audit?.responseIs(status);
  if (audit?.wantsResponse) audit.responseObject(Buffer.from(JSON.stringify(status)));
  const retryAfter = status.details?.retryAfterSeconds;
  const accepted = negotiateStatus(request.headers.accept);
  sendBytes(request, response, status.code ?? 200, statusBytes(request, status, accepted), {
    'Content-Type': CONTENT_TYPES[accepted.format],
    ...(retryAfter && { 'Retry-After': String(retryAfter) }),
  });
}

function statusBytes(request: ApiRequest, status: Status, accepted: Accepted): Buffer {
  if (accepted.format === 'protobuf') return encodeStatus(status);
  const json = Buffer.from(`${JSON.stringify(status)}\n`);
  return accepted.format === 'json' && !wantsPretty(request) ? json : reformat(json, accepted);
}

export function sendText(request: ApiRequest, response: ApiResponse, code: number, text: string, contentType: string): void {
  sendBytes(request, response, code, Buffer.from(text), { 'Content-Type': contentType, 'X-Content-Type-Options': 'nosniff' });
}

/** The answer to a path that no part of the server knows, not even its group: upstream's is Go's own. */
export function sendUnknownPath(request: ApiRequest, response: ApiResponse): void {
  sendText(request, response, 404, '404 page not found\n', 'text/plain; charset=utf-8');
}

/**
 * Sends a whole answer; `headers` are its own, beside those that every answer has. Nothing is sent if the request has been answered
 * already (it took too long), or its client is gone.
 */
export function sendBytes(
  request: ApiRequest,
  response: ApiResponse,
  code: number,
  body: Buffer,
  headers: Record<string, string>,
): void {
  if (response.headersSent || isGone(response)) return;
  sendHead(request, response, code, headers, body.length);
  if (request.method === 'HEAD') response.end();
  else if (body.length >= LONG_BYTES) sendInPieces(response, body);
  else endTogether(response, body);
}

/**
 * Writes the head of an answer. All headers are given at once: node checks and copies each that is set beforehand twice over. Warnings are
 * upstream's `Warning: 299 - "text"`, one header each.
 */
export function sendHead(
  request: ApiRequest,
  response: ApiResponse,
  code: number,
  headers: Readonly<Record<string, string>>,
  contentLength?: number,
): void {
  const { auditId, warnings, flow } = request.context;
  const all: Record<string, string | string[]> = { 'Audit-Id': auditId, 'Cache-Control': 'no-cache, private' };
  for (const name in headers) all[name] = headers[name]!;
  if (contentLength !== undefined) {
    all['Content-Length'] = String(contentLength);
    request.context.answerBytes = contentLength;
  }
  if (flow) {
    all['X-Kubernetes-PF-FlowSchema-UID'] = flow.flowSchemaUid;
    all['X-Kubernetes-PF-PriorityLevel-UID'] = flow.priorityLevelUid;
  }
  if (warnings.size) all['Warning'] = warningTexts(warnings).map((text) => `299 - ${quote(text)}`);
  response.writeHead(code, all);
}

/** Upstream's bounds: what is longer in sum is cut, and left out where that is not enough. Clients refuse a head that is too long. */
const MAX_WARNINGS_CHARS = 4096;
const MAX_CUT_WARNING_CHARS = 256;

function warningTexts(warnings: ReadonlySet<string>): string[] {
  const texts = [...warnings];
  if (texts.reduce((sum, { length }) => sum + length, 0) <= MAX_WARNINGS_CHARS) return texts;
  let room = MAX_WARNINGS_CHARS;
  return texts.map((text) => text.slice(0, MAX_CUT_WARNING_CHARS)).filter(({ length }) => (room -= length) >= 0);
}

/** A quoted string as headers have it: no control characters, nothing outside ASCII. */
function quote(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, ' ').replace(/["\\]/g, '\\$&')}"`;
}

/** Values nested too deep for the formatters stay compact: JSON is YAML, too. */
function reformat(json: Buffer, { format }: Accepted): Buffer {
  const value: unknown = JSON.parse(json.toString('utf8'));
  try {
    if (format === 'json') return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
    return Buffer.from(formatYaml(value));
  } catch (error) {
    if (error instanceof RangeError) return json;
    throw error;
  }
}

/** `?pretty=true`, or by default for a person with curl, wget or a browser. */
function wantsPretty({ context, headers }: ApiRequest): boolean {
  const asked = context.query.get('pretty');
  if (asked !== null) return isTrue(asked);
  const agent = headers['user-agent'];
  return agent !== undefined && /^(?:curl|Wget|Mozilla\/5\.0)/.test(agent);
}

function acceptsGzip({ headers }: ApiRequest): boolean {
  return headers['accept-encoding']?.includes('gzip') ?? false;
}

async function sendCompressed(
  request: ApiRequest,
  response: ApiResponse,
  code: number,
  body: Buffer,
  contentType: string,
): Promise<void> {
  const compressed = await compress(body, { level: 1 });
  sendBytes(request, response, code, compressed, {
    'Content-Type': contentType,
    'Content-Encoding': 'gzip',
    Vary: 'Accept-Encoding',
  });
}
