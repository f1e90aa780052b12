import { readFileSync } from 'node:fs';

/** What the users that a policy means may do. */
export interface AbacPolicy {
  readonly user: string;
  readonly group: string;
  readonly readonly: boolean;
  readonly namespace: string;
  readonly apiGroup: string;
  readonly resource: string;
  readonly nonResourcePath: string;
}

const VERSION = 'abac.authorization.kubernetes.io/v1beta1';
const AUTHENTICATED = 'system:authenticated';

/** `--authorization-policy-file`: a policy a line, as JSON. Fails with the line that is wrong. */
export function readPolicyFile(path: string): AbacPolicy[] {
  return readText(path)
    .split('\n')
    .flatMap((line, i) => {
      const text = line.trim();
      if (text === '' || text.startsWith('#')) return [];
      try {
        return [parsePolicy(text)];
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`error reading policy file ${path}, line ${i}: ${text}: ${why}`, { cause: error });
      }
    });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`error reading policy file ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function parsePolicy(text: string): AbacPolicy {
  const value = asMap(JSON.parse(text), 'policy');
  if (value['apiVersion'] === undefined && value['kind'] === undefined) return unversioned(value);
  if (value['apiVersion'] !== VERSION || value['kind'] !== 'Policy') {
    throw new Error(`no kind "${String(value['kind'])}" is registered for version "${String(value['apiVersion'])}"`);
  }
  const { user, group, ...policy } = fields(asMap(value['spec'] ?? {}, 'spec'));
  return { user, group: user === '*' || group === '*' ? AUTHENTICATED : group, ...policy };
}

/** The form of before there were versions: what is empty matches everything, and everybody who is known. */
function unversioned(value: Readonly<Record<string, unknown>>): AbacPolicy {
  const { user, group, readonly, namespace, resource } = fields(value);
  const isForAll = (user === '' && group === '') || user === '*' || group === '*';
  return {
    user,
    group: isForAll ? AUTHENTICATED : group,
    readonly,
    namespace: namespace || '*',
    apiGroup: '*',
    resource: resource || '*',
    nonResourcePath: namespace === '' && resource === '' ? '*' : '',
  };
}

function fields(value: Readonly<Record<string, unknown>>): AbacPolicy {
  const text = (name: string): string => {
    const found = value[name] ?? '';
    if (typeof found !== 'string') throw new Error(`${name} must be a string`);
    return found;
  };
  const readonly = value['readonly'] ?? false;
  if (typeof readonly !== 'boolean') throw new Error('readonly must be a boolean');
  return {
    user: text('user'),
    group: text('group'),
    readonly,
    namespace: text('namespace'),
    apiGroup: text('apiGroup'),
    resource: text('resource'),
    nonResourcePath: text('nonResourcePath'),
  };
}

function asMap(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`${name} must be an object`);
}
