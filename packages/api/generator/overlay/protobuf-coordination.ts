import type { FieldNumbers } from './field-numbers';

export const coordination: FieldNumbers = {
  Lease: 'metadata:1 spec:2',
  LeaseCandidate: 'metadata:1 spec:2',
  LeaseCandidateSpec: 'leaseName:1 pingTime*:2 renewTime*:3 binaryVersion:4 emulationVersion:5 strategy:6',
  LeaseSpec: `
    holderIdentity*:1 leaseDurationSeconds*:2 acquireTime*:3 renewTime*:4 leaseTransitions*:5 strategy*:6 preferredHolder*:7`,
};
