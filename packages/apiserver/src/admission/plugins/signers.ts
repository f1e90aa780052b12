import type { certificatesv1, certificatesv1beta1 } from '@typekube/api';
import { certificateRequestSubject } from '@typekube/api';
import { jsonEqual } from '@typekube/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import { mayUseSigner } from '../authorize';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import { isResource } from '../pods';

const GROUP = 'certificates.k8s.io';
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
const MASTERS = 'system:masters';

type Deps = Pick<AdmissionDependencies, 'authorizer'>;
type Request = certificatesv1.CertificateSigningRequest;
type TrustBundle = certificatesv1beta1.ClusterTrustBundle;

/** Upstream's CertificateApproval: who approves or denies a request must be allowed to `approve` for its signer. */
export function certificateApproval({ authorizer }: Deps): AdmissionPlugin {
  return {
    name: 'CertificateApproval',
    handles: (target) => isResource(target, GROUP, 'certificatesigningrequests') && target.operation === 'UPDATE' && target.subresource === 'approval',
    async validate(attributes) {
      const { signerName } = (attributes.oldObject as Request).spec;
      if (await mayUseSigner(authorizer, attributes.user, 'approve', signerName)) return;
      throw forbidden(attributes, `user not permitted to approve requests with signerName "${signerName}"`);
    },
  };
}

/** Upstream's CertificateSigning: who issues a certificate must be allowed to `sign` for the signer. */
export function certificateSigning({ authorizer }: Deps): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    handles: (target) =>
      (isResource(target, GROUP, 'certificatesigningrequests') || isResource(target, GROUP, 'podcertificaterequests')) &&
      target.operation === 'UPDATE' &&
      target.subresource === 'status',
    async validate(attributes) {
      const [{ status }, old] = [attributes.object as Request, attributes.oldObject as Request];
      const isUnsigned = isResource(attributes, GROUP, 'certificatesigningrequests') && status?.certificate === old.status?.certificate;
      if (isUnsigned && jsonEqual(status?.conditions, old.status?.conditions)) return;
      const { signerName } = old.spec;
      if (await mayUseSigner(authorizer, attributes.user, 'sign', signerName)) return;
      throw forbidden(attributes, `user not permitted to sign requests with signerName "${signerName}"`);
    },
  };
}

/** Upstream's ClusterTrustBundleAttest: who publishes what a signer is trusted by must be allowed to `attest` for it. */
export function clusterTrustBundleAttest({ authorizer }: Deps): AdmissionPlugin {
  return {
    name: 'ClusterTrustBundleAttest',
    handles: (target) =>
      isResource(target, GROUP, 'clustertrustbundles') && (target.operation === 'CREATE' || target.operation === 'UPDATE') && target.subresource === '',
    async validate(attributes) {
      const { spec } = attributes.object as TrustBundle;
      const signerName = spec?.signerName;
      const old = attributes.oldObject as TrustBundle | undefined;
      // Labels and finalizers are nobody's to attest.
      if (!signerName || (old && jsonEqual(spec, old.spec))) return;
      if (await mayUseSigner(authorizer, attributes.user, 'attest', signerName)) return;
      throw forbidden(attributes, `user not permitted to attest for signerName "${signerName}"`);
    },
  };
}

/** Upstream's CertificateSubjectRestriction: nobody becomes an administrator by a certificate request. */
export function certificateSubjectRestriction(): AdmissionPlugin {
  return {
    name: 'CertificateSubjectRestriction',
    handles: (target) => isResource(target, GROUP, 'certificatesigningrequests') && target.operation === 'CREATE' && target.subresource === '',
    validate(attributes: AdmissionAttributes) {
      const { spec } = attributes.object as Request;
      if (spec.signerName !== CLIENT_SIGNER) return;
      const subject = certificateRequestSubject(spec.request);
      // One that cannot be read is validation's to refuse.
      if ('problem' in subject || !subject.organizations.includes(MASTERS)) return;
      throw forbidden(attributes, `use of ${CLIENT_SIGNER} signer with ${MASTERS} group is not allowed`);
    },
  };
}
