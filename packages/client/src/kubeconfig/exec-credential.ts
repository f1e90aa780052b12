/** What an exec plugin handed out. */
export interface ExecCredential {
  readonly token?: string;
  readonly keyPair?: { readonly certificate: string; readonly key: string };
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

/** Reads the output of a plugin. Throws with client-go's texts where it is no credential of the version asked for. */
export function parseExecCredential(output: string, apiVersion: string): ExecCredential {
  const root = parseObject(output);
  if (root['kind'] !== 'ExecCredential') throw new Error("decoding stdout: Object 'Kind' is not ExecCredential");
  if (root['apiVersion'] !== apiVersion) {
    throw new Error(
      `exec plugin is configured to use API version ${apiVersion}, plugin returned version ${String(root['apiVersion'])}`,
    );
  }
  const status = root['status'];
  if (!isObject(status)) throw new Error("exec plugin didn't return a status field");
  return readStatus(status);
}

function readStatus(status: Readonly<Record<string, unknown>>): ExecCredential {
  const token = textField(status, 'token');
  const certificate = textField(status, 'clientCertificateData');
  const key = textField(status, 'clientKeyData');
  if (!token && !certificate && !key) throw new Error("exec plugin didn't return a token or cert/key pair");
  if (Boolean(certificate) !== Boolean(key)) throw new Error('exec plugin returned only certificate or key, not both');
  const expires = textField(status, 'expirationTimestamp');
  const expiresAt = expires === undefined ? undefined : Date.parse(expires);
  if (Number.isNaN(expiresAt)) throw new Error(`decoding stdout: invalid expirationTimestamp ${JSON.stringify(expires)}`);
  return {
    ...(token && { token }),
    ...(certificate && key && { keyPair: { certificate, key } }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function parseObject(output: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch (error) {
    throw new Error(`decoding stdout: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (!isObject(value)) throw new Error('decoding stdout: not an object');
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textField(from: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = from[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new Error(`decoding stdout: status.${name} must be a string`);
  return value;
}
