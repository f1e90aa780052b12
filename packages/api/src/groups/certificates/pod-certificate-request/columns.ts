import { formatLabels } from '../../../shared/columns/selector-text';
import { defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { certificatesv1beta1 } from '../../../types';

export const table = defineTable<certificatesv1beta1.PodCertificateRequest>(
  nameColumn,
  text(
    'PodName',
    'podName is the name of the pod into which the certificate will be mounted.',
    ({ spec }) => spec.podName,
  ),
  text(
    'ServiceAccountName',
    'serviceAccountName is the name of the service account the pod is running as.',
    ({ spec }) => spec.serviceAccountName,
  ),
  text('NodeName', 'nodeName is the name of the node the pod is assigned to.', ({ spec }) => spec.nodeName),
  text(
    'SignerName',
    'signerName indicates the requested signer.\n\nAll signer names beginning with `kubernetes.io` are reserved ' +
      'for use by the Kubernetes project.  There is currently one well-known signer documented by the Kubernetes ' +
      'project, `kubernetes.io/kube-apiserver-client-pod`, which will issue client certificates understood by ' +
      'kube-apiserver.  It is currently unimplemented.',
    ({ spec }) => spec.signerName,
  ),
  text('State', 'Is the request Pending, Issued, Denied, or Failed?', stateText),
  text(
    'UnverifiedUserAnnotations',
    'unverifiedUserAnnotations allow pod authors to pass additional information to the signer implementation.  ' +
      'Kubernetes does not restrict or validate this metadata in any way.\n\nEntries are subject to the same ' +
      'validation as object metadata annotations, with the addition that all keys must be domain-prefixed. No ' +
      'restrictions are placed on values, except an overall size limitation on the entire field.\n\nSigners should ' +
      'document the keys and values they support.  Signers should deny requests that contain keys they do not ' +
      'recognize.',
    ({ spec }) => formatLabels(spec.unverifiedUserAnnotations),
  ),
);

function stateText({ status }: certificatesv1beta1.PodCertificateRequest): string {
  const final = status?.conditions?.findLast(({ type }) => ['Issued', 'Denied', 'Failed'].includes(type));
  return final?.type ?? 'Pending';
}
