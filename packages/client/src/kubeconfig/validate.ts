import { access, constants } from 'node:fs/promises';
import { type ExecConfig, type KubeconfigCluster, KubeconfigError, type KubeconfigUser } from './kubeconfig';
import { errorCode } from './system-error';

/** The texts are clientcmd's (validation.go): people search for them. */
export async function clusterProblems(name: string, cluster: KubeconfigCluster): Promise<string[]> {
  const problems: string[] = [];
  if (!cluster.server)
    problems.push(name ? `no server found for cluster ${JSON.stringify(name)}` : 'default cluster has no server defined');
  if (cluster.proxyUrl) {
    problems.push(
      `invalid 'proxy-url' ${JSON.stringify(cluster.proxyUrl)} for cluster ${JSON.stringify(name)}: proxies are not supported`,
    );
  }
  if (cluster.certificateAuthority && cluster.certificateAuthorityData) {
    const both = `certificate-authority-data and certificate-authority are both specified for ${name}`;
    problems.push(`${both}. certificate-authority-data will override.`);
  }
  const unreadable = await whyUnreadable(cluster.certificateAuthority);
  if (unreadable)
    problems.push(`unable to read certificate-authority ${cluster.certificateAuthority} for ${name} due to ${unreadable}`);
  return problems;
}

export async function userProblems(name: string, user: KubeconfigUser): Promise<string[]> {
  const methods = [...(user.token ? ['token'] : []), ...(user.username || user.password ? ['basicAuth'] : [])];
  const problems = await certificateProblems(name, user);
  if (user.authProvider && !user.exec) {
    problems.push(`no Auth Provider found for name ${JSON.stringify(user.authProvider)}`);
  }
  if (user.exec) problems.push(...execProblems(name, user, user.exec));
  if (methods.length > 1) {
    problems.push(`more than one authentication method found for ${name}; found [${methods.join(' ')}], only one is allowed`);
  }
  const details = user.impersonateUid || user.impersonateGroups.length > 0 || Object.keys(user.impersonateUserExtra).length > 0;
  if (details && !user.impersonate)
    problems.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`);
  return problems;
}

/** Throws with all problems in one text, if there are any. */
export function throwInvalid(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
  throw new KubeconfigError(`invalid configuration: ${text}`);
}

async function certificateProblems(name: string, user: KubeconfigUser): Promise<string[]> {
  const { clientCertificate, clientCertificateData, clientKey, clientKeyData } = user;
  if (!clientCertificate && !clientCertificateData) return [];
  const problems: string[] = [];
  if (clientCertificate && clientCertificateData) {
    problems.push(`client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`);
  }
  if (clientKey && clientKeyData) {
    problems.push(`client-key-data and client-key are both specified for ${name}; client-key-data will override`);
  }
  if (!clientKey && !clientKeyData) {
    problems.push(`client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`);
  }
  const certificate = await whyUnreadable(clientCertificate);
  if (certificate) problems.push(`unable to read client-cert ${clientCertificate} for ${name} due to ${certificate}`);
  const key = await whyUnreadable(clientKey);
  if (key) problems.push(`unable to read client-key ${clientKey} for ${name} due to ${key}`);
  return problems;
}

function execProblems(name: string, user: KubeconfigUser, exec: ExecConfig): string[] {
  const problems: string[] = [];
  if (user.authProvider) problems.push(`authProvider cannot be provided in combination with an exec plugin for ${name}`);
  if (!exec.command) problems.push(`command must be specified for ${name} to use exec authentication plugin`);
  if (!exec.apiVersion) problems.push(`apiVersion must be specified for ${name} to use exec authentication plugin`);
  if (exec.env.some((variable) => !variable.name)) {
    problems.push(`env variable name must be specified for ${name} to use exec authentication plugin`);
  }
  if (!exec.interactiveMode) problems.push(`interactiveMode must be specified for ${name} to use exec authentication plugin`);
  else if (!['Never', 'IfAvailable', 'Always'].includes(exec.interactiveMode)) {
    problems.push(`invalid interactiveMode for ${name}: ${JSON.stringify(exec.interactiveMode)}`);
  }
  return problems;
}

async function whyUnreadable(path: string): Promise<string | undefined> {
  if (!path) return undefined;
  try {
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    return `open ${path}: ${code === 'ENOENT' ? 'no such file or directory' : 'permission denied'}`;
  }
}
