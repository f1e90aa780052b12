import { parseAllDocuments } from 'yaml';
import { FieldReader } from './field-reader';
import {
  type ExecConfig,
  type Kubeconfig,
  type KubeconfigCluster,
  type KubeconfigContext,
  KubeconfigError,
  type KubeconfigUser,
} from './kubeconfig';

/**
 * Reads the text of a kubeconfig file (YAML or JSON; of several documents the first). Unknown fields are ignored, as by kubectl.
 *
 * @throws KubeconfigError where it is no YAML, no `v1 Config`, or has fields of wrong types.
 */
export function parseKubeconfig(text: string): Kubeconfig {
  const root = FieldReader.of(parseYaml(text), '');
  checkKind(root);
  return {
    clusters: named(root, 'clusters', 'cluster', readCluster),
    users: named(root, 'users', 'user', readUser),
    contexts: named(root, 'contexts', 'context', readContext),
    currentContext: root.text('current-context'),
  };
}

function parseYaml(text: string): unknown {
  const documents = parseAllDocuments(text);
  const document = Array.isArray(documents) ? documents[0] : undefined;
  const problem = document?.errors[0];
  if (problem) throw new KubeconfigError(`yaml: ${problem.message}`, { cause: problem });
  return document?.toJS({ maxAliasCount: 100 });
}

/** Both may be missing: old files lack them. */
function checkKind(root: FieldReader): void {
  const kind = root.text('kind') || 'Config';
  const apiVersion = root.text('apiVersion') || 'v1';
  if (kind === 'Config' && apiVersion === 'v1') return;
  throw new KubeconfigError(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
}

function named<T>(root: FieldReader, list: string, field: string, read: (reader: FieldReader) => T): Map<string, T> {
  const found = new Map<string, T>();
  for (const entry of root.children(list)) {
    const name = entry.text('name');
    if (found.has(name)) throw new KubeconfigError(`${list}: duplicate name ${JSON.stringify(name)} in list`);
    found.set(name, read(entry.child(field)));
  }
  return found;
}

function readCluster(reader: FieldReader): KubeconfigCluster {
  return {
    server: reader.text('server'),
    tlsServerName: reader.text('tls-server-name'),
    insecureSkipTlsVerify: reader.flag('insecure-skip-tls-verify'),
    certificateAuthority: reader.text('certificate-authority'),
    certificateAuthorityData: reader.text('certificate-authority-data'),
    proxyUrl: reader.text('proxy-url'),
  };
}

function readContext(reader: FieldReader): KubeconfigContext {
  return { cluster: reader.text('cluster'), user: reader.text('user'), namespace: reader.text('namespace') };
}

function readUser(reader: FieldReader): KubeconfigUser {
  return {
    clientCertificate: reader.text('client-certificate'),
    clientCertificateData: reader.text('client-certificate-data'),
    clientKey: reader.text('client-key'),
    clientKeyData: reader.text('client-key-data'),
    token: reader.text('token'),
    tokenFile: reader.text('tokenFile'),
    username: reader.text('username'),
    password: reader.text('password'),
    impersonate: reader.text('as'),
    impersonateUid: reader.text('as-uid'),
    impersonateGroups: reader.texts('as-groups'),
    impersonateUserExtra: reader.textLists('as-user-extra'),
    authProvider: reader.child('auth-provider').text('name'),
    ...(reader.has('exec') && { exec: readExec(reader.child('exec')) }),
  };
}

function readExec(reader: FieldReader): ExecConfig {
  return {
    apiVersion: reader.text('apiVersion'),
    command: reader.text('command'),
    args: reader.texts('args'),
    env: reader.children('env').map((variable) => ({ name: variable.text('name'), value: variable.text('value') })),
    installHint: reader.text('installHint'),
    provideClusterInfo: reader.flag('provideClusterInfo'),
    interactiveMode: reader.text('interactiveMode') || defaultInteractiveMode(reader.text('apiVersion')),
  };
}

/** The field came with v1, which demands it. */
function defaultInteractiveMode(apiVersion: string): string {
  return apiVersion === 'client.authentication.k8s.io/v1' ? '' : 'IfAvailable';
}
