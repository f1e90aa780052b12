import { TOKEN } from '../processes/api-server';

/** A raw HTTP/1.1 request with the bearer token; one with a body says that it is JSON. */
export function rawRequest(method: string, path: string, body = '', token = TOKEN): string {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: Bearer ${token}`, 'Accept: application/json'];
  if (body) lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** The namespace that the benchmarks write to. */
export const NAMESPACE = 'bench';

export const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

/** Payload that makes a stored ConfigMap 1.3 KB. */
const PAYLOAD = 'The quick brown fox jumps over the lazy dog. '.repeat(24).slice(0, 1050);

/** A ConfigMap of 1.3 KB as it is stored. */
export function configMap(name: string): string {
  return JSON.stringify({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name }, data: { payload: PAYLOAD } });
}

/** Stands in a request for a number that is different each time; of fixed width, so that lengths stay. */
export const COUNTER = '##########';

/** A request that creates another ConfigMap each time it is sent by a `LoadWorker`. */
export function createRequest(token = TOKEN): string {
  return rawRequest('POST', CONFIG_MAPS, configMap(`load-${COUNTER}`), token);
}

export function namespaceRequest(): string {
  return rawRequest('POST', '/api/v1/namespaces', JSON.stringify({ kind: 'Namespace', apiVersion: 'v1', metadata: { name: NAMESPACE } }));
}
