/** One block of a PEM text. */
export interface PemBlock {
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

const BLOCK = /^-----BEGIN ([^\r\n]*?)-----[ \t]*\r?\n([\s\S]*?)^-----END \1-----[ \t]*$/gm;

/** The well-formed blocks of a text, in order. What stands between them is ignored, as Go's pem.Decode does. */
export function decodePem(text: string): PemBlock[] {
  return [...text.matchAll(BLOCK)].flatMap(([, type = '', body = '']) => {
    const { headers, base64 } = splitHeaders(body);
    return isBase64(base64) ? [{ type, headers, bytes: Buffer.from(base64, 'base64') }] : [];
  });
}

function splitHeaders(body: string): { headers: Record<string, string>; base64: string } {
  const headers: Record<string, string> = {};
  const lines = body.split(/\r?\n/);
  let first = 0;
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 0) break;
    headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
    first += 1;
  }
  return { headers, base64: lines.slice(first).join('').replace(/\s/g, '') };
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
