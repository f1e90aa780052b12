import type { Overlay } from './overlay';

export const certificates: Overlay = {
  CertificateSigningRequestSpec: { groups: 'list=atomic', usages: 'list=atomic' },
  CertificateSigningRequestStatus: { conditions: 'list=map(type)' },
  PodCertificateRequestStatus: { conditions: 'list=map(type) patch=merge(type)' },
};
