import type { CertificateRequest } from './certificate-request';

export const SIGNERS = {
  kubeletServing: 'kubernetes.io/kubelet-serving',
  kubeletClient: 'kubernetes.io/kube-apiserver-client-kubelet',
  client: 'kubernetes.io/kube-apiserver-client',
  legacyUnknown: 'kubernetes.io/legacy-unknown',
} as const;

export type SignerName = (typeof SIGNERS)[keyof typeof SIGNERS];

const NODES = 'system:nodes';
const NODE_PREFIX = 'system:node:';
const SIGNATURE = 'digital signature';
const ENCIPHERMENT = 'key encipherment';
const CLIENT_AUTH = 'client auth';
const SERVER_AUTH = 'server auth';

/** Why a signer refuses a request for ever, in upstream's words; undefined where it signs it. */
export function requestProblem(signer: SignerName, request: CertificateRequest, usages: readonly string[]): string | undefined {
  switch (signer) {
    case SIGNERS.kubeletServing:
      return kubeletServingProblem(request, usages);
    case SIGNERS.kubeletClient:
      return kubeletClientProblem(request, usages);
    case SIGNERS.client:
      return clientProblem(usages);
    case SIGNERS.legacyUnknown:
      return undefined;
  }
}

/** (ValidateKubeletServingCSR) */
function kubeletServingProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return 'subject organization is not system:nodes';
  if (!has(request, 'dns') && !has(request, 'ip')) return 'DNS or IP subjectAltName is required';
  if (has(request, 'email')) return 'Email subjectAltNames are not allowed';
  if (has(request, 'url')) return 'URI subjectAltNames are not allowed';
  return usagesProblem(usages, [SIGNATURE, ENCIPHERMENT, SERVER_AUTH]) ?? nodeNameProblem(request);
}

/** (ValidateKubeletClientCSR) */
export function kubeletClientProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return 'subject organization is not system:nodes';
  if (has(request, 'dns')) return 'DNS subjectAltNames are not allowed';
  if (has(request, 'email')) return 'Email subjectAltNames are not allowed';
  if (has(request, 'ip')) return 'IP subjectAltNames are not allowed';
  if (has(request, 'url')) return 'URI subjectAltNames are not allowed';
  return nodeNameProblem(request) ?? usagesProblem(usages, [CLIENT_AUTH, SIGNATURE, ENCIPHERMENT]);
}

/** (validAPIServerClientUsages) */
function clientProblem(usages: readonly string[]): string | undefined {
  const wrong = usages.find((usage) => ![SIGNATURE, ENCIPHERMENT, CLIENT_AUTH].includes(usage));
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.includes(CLIENT_AUTH) ? undefined : `missing required usage for client certificate: ${CLIENT_AUTH}`;
}

function isOfNodes({ organizations }: CertificateRequest): boolean {
  return organizations.length === 1 && organizations[0] === NODES;
}

function has({ names }: CertificateRequest, type: CertificateRequest['names'][number]['type']): boolean {
  return names.some((name) => name.type === type);
}

function nodeNameProblem({ commonName }: CertificateRequest): string | undefined {
  return commonName.startsWith(NODE_PREFIX) ? undefined : 'subject common name does not begin with system:node:';
}

/** Exactly these, but that keys which are not of RSA encipher none. */
function usagesProblem(usages: readonly string[], required: readonly string[]): string | undefined {
  const isAll = (wanted: readonly string[]): boolean => new Set(usages).size === wanted.length && wanted.every((usage) => usages.includes(usage));
  if (isAll(required) || isAll(required.filter((usage) => usage !== ENCIPHERMENT))) return undefined;
  return `usages did not match [${required.join(' ')}]`;
}
