import { type certificatesv1, type certificatesv1beta1, certificateRequestSubject, type corev1 } from '@typekube/api';
import { type KubeObject, newInternalError, newNotFound } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import { isMirrorPod } from '../pods';

/** Signers of certificates for kubelets: they trust the name in a request of a node. */
const KUBELET_SIGNERS: ReadonlySet<string> = new Set(['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet']);

/** Certificates for kubelets in its own name only. All else about them is for their signers to judge. */
export function checkCertificateRequest(node: string, attributes: AdmissionAttributes): void {
  if (attributes.operation !== 'CREATE') return;
  const { spec } = attributes.object as certificatesv1.CertificateSigningRequest;
  if (!KUBELET_SIGNERS.has(spec?.signerName ?? '')) return;
  const subject = certificateRequestSubject(spec.request);
  if ('problem' in subject) throw forbidden(attributes, `unable to parse csr: ${subject.problem}`);
  if (subject.commonName !== `system:node:${node}`) throw forbidden(attributes, `can only create a node CSR with CN=system:node:${node}`);
}

type Spec = certificatesv1beta1.PodCertificateRequest['spec'];
type Dependencies = Pick<AdmissionDependencies, 'objects'>;

/** Certificates for the pods that run on it, in the name of their service accounts. */
export async function checkPodCertificateRequest(node: string, attributes: AdmissionAttributes, { objects }: Dependencies): Promise<void> {
  const { operation, subresource, namespace } = attributes;
  if (operation !== 'CREATE') throw forbidden(attributes, `unexpected operation ${operation}`);
  if (subresource) throw forbidden(attributes, `unexpected subresource ${subresource}`);
  const { spec } = attributes.object as { spec?: Partial<Spec> };
  const { nodeName, nodeUID, podName = '', podUID, serviceAccountName = '', serviceAccountUID } = spec ?? {};
  if (nodeName !== node) {
    throw forbidden(attributes, `PodCertificateRequest.Spec.NodeName="${nodeName ?? ''}", which is not the requesting node "${node}"`);
  }
  const found = await existing(objects('', 'nodes').find('', node), { group: '', resource: 'nodes' }, node);
  mustBeSame('node', found, nodeUID);
  const pod = (await existing(objects('', 'pods').find(namespace, podName), { group: '', resource: 'pods' }, podName)) as corev1.Pod;
  mustBeSame('pod', pod, podUID);
  const problem = podProblem({ node, namespace, serviceAccountName }, pod);
  if (problem) throw forbidden(attributes, problem);
  const accounts = objects('', 'serviceaccounts');
  mustBeSame('service account', await existing(accounts.find(namespace, serviceAccountName), { group: '', resource: 'serviceaccounts' }, serviceAccountName), serviceAccountUID);
}

async function existing(
  found: KubeObject | undefined | Promise<KubeObject | undefined>,
  resource: Parameters<typeof newNotFound>[0],
  name: string,
): Promise<KubeObject> {
  const object = await found;
  if (!object) throw newNotFound(resource, name);
  return object;
}

/** Another UID may be due to a cache that lags behind: not a refusal for good. */
function mustBeSame(what: string, { metadata }: KubeObject, uid: string | undefined): void {
  if (metadata.uid === uid) return;
  throw newInternalError(new Error(`PodCertificateRequest names ${what} UID "${uid ?? ''}", which differs from the running ${what} ("${metadata.uid}")`));
}

interface Wanted {
  readonly node: string;
  readonly namespace: string;
  readonly serviceAccountName: string;
}

function podProblem({ node, namespace, serviceAccountName }: Wanted, pod: corev1.Pod): string | undefined {
  const name = `"${namespace}/${pod.metadata.name}"`;
  if (pod.spec?.nodeName !== node) return `pod ${name} is not running on node "${node}" named in the PodCertificateRequest`;
  if (isMirrorPod(pod)) return `pod ${name} is a mirror pod`;
  const own = pod.spec.serviceAccountName ?? '';
  if (own === serviceAccountName) return undefined;
  return `PodCertificateRequest for pod ${name} contains serviceAccountName ("${serviceAccountName}") that differs from running pod ("${own}")`;
}
