import { isJsonObject, type KubeObject, newBadRequest, newInternalError } from '@typekube/apimachinery';

/** Options of a connection, as upstream's kinds have them. */
export type ConnectKind =
  | 'PodExecOptions'
  | 'PodAttachOptions'
  | 'PodPortForwardOptions'
  | 'PodProxyOptions'
  | 'ServiceProxyOptions'
  | 'NodeProxyOptions';

type FieldType = 'text' | 'boolean' | 'texts' | 'numbers';

const STREAMS = { stdin: 'boolean', stdout: 'boolean', stderr: 'boolean', tty: 'boolean', container: 'text' } as const;
const PROXY = { path: 'text' } as const;

const FIELDS: Readonly<Record<ConnectKind, Readonly<Record<string, FieldType>>>> = {
  PodExecOptions: { ...STREAMS, command: 'texts' },
  PodAttachOptions: STREAMS,
  PodPortForwardOptions: { ports: 'numbers' },
  PodProxyOptions: PROXY,
  ServiceProxyOptions: PROXY,
  NodeProxyOptions: PROXY,
};

/** What the query asks for, and nothing else that it says: what admission does not see must not reach a kubelet. Fails with 400. */
export function readOptions(kind: ConnectKind, query: URLSearchParams): KubeObject {
  const fields: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(FIELDS[kind])) {
    const values = query.getAll(name);
    const value = values.length ? readField(name, type, values) : undefined;
    if (value !== undefined && value !== false && value !== '') fields[name] = value;
  }
  return { ...fields, apiVersion: 'v1', kind, metadata: {} };
}

function readField(name: string, type: FieldType, values: readonly string[]): unknown {
  const [first = ''] = values;
  switch (type) {
    case 'text':
      return first;
    // Go's reading: anything that is not said to be false.
    case 'boolean':
      return first.toLowerCase() !== 'false' && first !== '0';
    case 'texts':
      return values;
    case 'numbers':
      return values.flatMap((text) => text.split(',')).map((text) => {
        if (!/^\d{1,10}$/.test(text)) throw newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax (${name})`);
        return Number(text);
      });
  }
}

/** A connection as admission has let it pass. */
export interface Connection {
  readonly container: string;
  readonly path: string;
  /** The query of a kubelet's URL, in the words of its API. */
  readonly kubeletQuery: URLSearchParams;
}

/** Reads what plugins have left. Fails with 500 where one has made something of the wrong type. */
export function connectionOf(options: KubeObject & Readonly<Record<string, unknown>>): Connection {
  const query = new URLSearchParams();
  for (const [name, parameter] of [['stdin', 'input'], ['stdout', 'output'], ['stderr', 'error'], ['tty', 'tty']] as const) {
    if (get(options, name, isBoolean, false)) query.append(parameter, '1');
  }
  for (const argument of get(options, 'command', isTexts, [])) query.append('command', argument);
  const ports = get(options, 'ports', isNumbers, []);
  if (ports.length) query.append('port', ports.join(','));
  return { container: get(options, 'container', isText, ''), path: get(options, 'path', isText, ''), kubeletQuery: query };
}

function get<T>(options: Readonly<Record<string, unknown>>, name: string, isIt: (value: unknown) => value is T, otherwise: T): T {
  const value = isJsonObject(options) ? options[name] : undefined;
  if (value === undefined || value === null) return otherwise;
  if (isIt(value)) return value;
  throw newInternalError(new Error(`${name} of the admitted options is of the wrong type`));
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
const isNumbers = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every((one) => Number.isSafeInteger(one));
