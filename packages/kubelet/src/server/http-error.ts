import type { ServerResponse } from 'node:http';

/** An answer that is an error. */
export class HttpError extends Error {
  override readonly name = 'HttpError';

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export function respond(
  response: ServerResponse,
  { code, body, contentType = 'text/plain; charset=utf-8' }: { code: number; body: string; contentType?: string },
): void {
  response.writeHead(code, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
