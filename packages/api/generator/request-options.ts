import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The query parameters that a request may carry, by upstream's name of their options type. */
export type RequestOptions = Readonly<Record<string, Readonly<Record<string, QueryParameter>>>>;

type QueryParameter = readonly [type: 'string' | 'integer' | 'boolean', description: string];

/** A method of client-node's CoreV1Api that takes exactly these options, besides path, body and `pretty`. */
const METHODS: Readonly<Record<string, string>> = {
  ListOptions: 'listNamespacedPod',
  CreateOptions: 'createNamespacedPod',
  PatchOptions: 'patchNamespacedPod',
  DeleteOptions: 'deleteNamespacedPod',
  PodAttachOptions: 'connectGetNamespacedPodAttach',
  PodExecOptions: 'connectGetNamespacedPodExec',
  PodLogOptions: 'readNamespacedPodLog',
  PodPortForwardOptions: 'connectGetNamespacedPodPortforward',
  PodProxyOptions: 'connectGetNamespacedPodProxy',
  ServiceProxyOptions: 'connectGetNamespacedServiceProxy',
  NodeProxyOptions: 'connectGetNodeProxy',
};

const NOT_OPTIONS = ['name', 'namespace', 'body', 'pretty'];

/** Reads names, types and descriptions of query parameters from the comments of client-node's API classes. */
export function readRequestOptions(packageDir: string): RequestOptions {
  const text = readFileSync(join(packageDir, 'dist', 'gen', 'apis', 'CoreV1Api.d.ts'), 'utf8');
  const options = Object.entries(METHODS).map(([name, method]) => [name, readMethod(text, method)] as const);
  const pretty = readParameters(text, 'listNamespacedPod').filter(([name]) => name === 'pretty');
  return Object.fromEntries([...options, ['AnyOptions', Object.fromEntries(pretty)]]);
}

function readMethod(text: string, method: string): Readonly<Record<string, QueryParameter>> {
  return Object.fromEntries(readParameters(text, method).filter(([name]) => !NOT_OPTIONS.includes(name)));
}

function readParameters(text: string, method: string): Array<readonly [string, QueryParameter]> {
  const at = text.indexOf(`    ${method}(`);
  if (at < 0) throw new Error(`client-node has no method ${method}`);
  const comment = text.slice(text.lastIndexOf('/**', at), at);
  const signature = text.slice(at, text.indexOf('): ', at));
  return [...comment.matchAll(/^ *\* @param (\w+) (.*)$/gm)].map(([, argument = '', description = '']) => {
    const [, type = ''] = new RegExp(`\\b${argument}\\??: (\\w+)`).exec(signature) ?? [];
    return [argument.replace(/^_/, ''), [readType(type), unescapeText(description)]];
  });
}

function readType(type: string): QueryParameter[0] {
  if (type === 'string' || type === 'boolean') return type;
  return 'integer';
}

/** Undoes the HTML escapes of OpenAPI Generator. */
function unescapeText(text: string): string {
  return text
    .replace(/&#x([0-9a-fA-F]+);/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\\(['"])/g, '$1')
    .replace(/\*_\//g, '*/')
    .trim();
}
