import { createHmac } from 'node:crypto';
import type { Token } from './token-secret';

export const KUBECONFIG_KEY = 'kubeconfig';
const SIGNATURE_PREFIX = 'jws-kubeconfig-';

type Data = Readonly<Record<string, string>>;

/** The data of `cluster-info` with the signatures of these tokens and no others; undefined where it has no kubeconfig to sign. */
export function signed(data: Data, tokens: readonly Token[]): Data | undefined {
  const content = data[KUBECONFIG_KEY];
  if (content === undefined) return undefined;
  const others = Object.entries(data).filter(([key]) => !key.startsWith(SIGNATURE_PREFIX));
  const signatures = tokens.map((token) => [SIGNATURE_PREFIX + token.id, detachedSignature(content, token)] as const);
  return Object.fromEntries([...others, ...signatures]);
}

/** A JSON web signature without its content, which stands beside it. (jws.ComputeDetachedSignature) */
export function detachedSignature(content: string, { id, secret }: Token): string {
  const header = encode(JSON.stringify({ alg: 'HS256', kid: id }));
  const signature = createHmac('sha256', secret).update(`${header}.${encode(content)}`).digest('base64url');
  return `${header}..${signature}`;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
