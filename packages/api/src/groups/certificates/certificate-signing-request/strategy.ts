import { isValidPathSegmentName } from '@typekube/apimachinery';
import type { Strategy, StrategyContext } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { certificatesv1 } from '../../../types';
import { stampConditions } from './condition-times';
import { validateCertificateSigningRequest, validateCertificateSigningRequestUpdate } from './validate';

type Request = certificatesv1.CertificateSigningRequest;

/** How a CertificateSigningRequest is written: signers trust that the server itself has said who asks. */
export const strategy: Strategy<Request> = {
  validateName: isValidPathSegmentName,
  prepareForCreate(object, context) {
    if (object.spec) stampRequester(object.spec, context);
    delete object.status;
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'spec');
    keepField(object, old, 'status');
  },
  validate: (object) => validateCertificateSigningRequest(object),
  validateUpdate: (object, old) =>
    validateCertificateSigningRequestUpdate(object, old, { maySetApproval: false, maySetCertificate: false }),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

/** How a signer writes the certificate. */
export const statusStrategy: Strategy<Request> = deriveStatusStrategy(strategy, {
  prepareForUpdate: (object, old, context) => stampConditions(object, old, context.now),
  validateUpdate: (object, old) =>
    validateCertificateSigningRequestUpdate(object, old, { maySetApproval: false, maySetCertificate: true }),
});

/** How an approver writes the decision: of the status, the conditions only. */
export const approvalStrategy: Strategy<Request> = deriveStatusStrategy(strategy, {
  resetFields: [['status', 'certificate']],
  prepareForUpdate(object, old, context) {
    stampConditions(object, old, context.now);
    const conditions = object.status?.conditions;
    object.status = { ...old.status, ...(conditions && { conditions }) };
    if (!conditions) delete object.status.conditions;
  },
  validateUpdate: (object, old) =>
    validateCertificateSigningRequestUpdate(object, old, { maySetApproval: true, maySetCertificate: false }),
});

function stampRequester(spec: certificatesv1.CertificateSigningRequestSpec, { user }: StrategyContext): void {
  spec.username = user.name;
  spec.groups = [...user.groups];
  if (user.uid) spec.uid = user.uid;
  else delete spec.uid;
  const extra = Object.entries(user.extra ?? {});
  if (extra.length > 0) spec.extra = Object.fromEntries(extra.map(([key, values]) => [key, [...values]]));
  else delete spec.extra;
}
