import type { certificatesv1 } from '@typekube/api';
import { certificateSigningRequests, Controller, type Indexer, type ReconcileContext, type Requeue, subjectAccessReviews, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import type { CertificateSigningRequest } from '../shared/objects';
import { retryConflicts } from '../shared/retry-conflicts';
import { type CertificateRequest, parseCertificateRequest } from './certificate-request';
import { kubeletClientProblem, SIGNERS } from './plan-request';
import { hasTrueCondition, isWithoutCertificate } from './requests';

/** Whose requests are approved: of those that are of that form, those whose user has the right of that name. */
interface Recognizer {
  readonly subresource: 'selfnodeclient' | 'nodeclient';
  readonly recognizes: (request: CertificateSigningRequest, parsed: CertificateRequest) => boolean;
  readonly message: string;
}

const RECOGNIZERS: readonly Recognizer[] = [
  {
    subresource: 'selfnodeclient',
    recognizes: ({ spec }, { commonName }) => spec.username === commonName,
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
  },
  {
    subresource: 'nodeclient',
    recognizes: () => true,
    message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
  },
];

/** Rights may be given later, which nothing tells. */
const AGAIN_MILLISECONDS = 30_000;

/** Approves the client certificates of kubelets that may have them. */
export function approvingController(deps: ControllerDeps): Runnable {
  const informer = deps.informers.for(certificateSigningRequests);
  return new Controller({
    name: 'csrapproving',
    watches: [watching(informer, { when: ({ type }) => type !== 'deleted' })],
    reconcile: retryConflicts(reconciler(deps, informer.indexer)),
    workers: 5,
    metrics: deps.metrics('csrapproving'),
    logger: deps.logger,
    clock: deps.clock,
  });
}

function reconciler(deps: ControllerDeps, cache: Indexer<certificatesv1.CertificateSigningRequest>) {
  return async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const request = cache.get(key);
    if (!request || !isUndecided(request) || request.spec.signerName !== SIGNERS.kubeletClient) return;
    const parsed = await parseCertificateRequest(request.spec.request);
    if (kubeletClientProblem(parsed, request.spec.usages ?? []) !== undefined) return;
    for (const { subresource, recognizes, message } of RECOGNIZERS) {
      if (!recognizes(request, parsed) || !(await mayCreate(deps, request, { subresource, signal }))) continue;
      const approved = { type: 'Approved', status: 'True', reason: 'AutoApproved', message };
      const status = { ...request.status, conditions: [...(request.status?.conditions ?? []), approved] };
      await deps.client.for(certificateSigningRequests).update({ ...request, status }, { subresource: 'approval', signal });
      return;
    }
    deps.logger.v(4)?.info('Recognized a request of a kubelet whose user may not have it', { request: key, user: request.spec.username });
    return { requeueAfterMilliseconds: AGAIN_MILLISECONDS };
  };
}

function isUndecided(request: CertificateSigningRequest): boolean {
  return isWithoutCertificate(request) && !hasTrueCondition(request, 'Approved') && !hasTrueCondition(request, 'Denied');
}

/** Whether the user who asks has the right that stands for such certificates. */
async function mayCreate(
  { client }: ControllerDeps,
  { spec }: CertificateSigningRequest,
  { subresource, signal }: { readonly subresource: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const { username = '', uid, groups = [], extra } = spec;
  const resourceAttributes = { group: 'certificates.k8s.io', version: '*', resource: 'certificatesigningrequests', subresource, verb: 'create' };
  const review = await client.for(subjectAccessReviews).create(
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: {},
      spec: { user: username, groups: [...groups], ...(uid && { uid }), ...(extra && { extra }), resourceAttributes },
    },
    { signal },
  );
  return review.status?.allowed ?? false;
}
