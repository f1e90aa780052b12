import { fieldErrorMessage } from '@typekube/apimachinery';
import { CA_CERTIFICATE_PEM, LEAF_CERTIFICATE_PEM } from '../../../samples/certificates';
import type { certificatesv1beta1 } from '../../../types';
import { validateClusterTrustBundle } from './validate';

function bundle(name: string, trustBundle: string, signerName?: string): certificatesv1beta1.ClusterTrustBundle {
  return {
    apiVersion: 'certificates.k8s.io/v1beta1',
    kind: 'ClusterTrustBundle',
    metadata: { name },
    spec: { trustBundle, ...(signerName && { signerName }) },
  };
}

const OMITTED = 'spec.trustBundle: Invalid value: "<value omitted>":';

describe('validateClusterTrustBundle', () => {
  it.each<[string, certificatesv1beta1.ClusterTrustBundle, string[]]>([
    ['a CA', bundle('b', CA_CERTIFICATE_PEM), []],
    ['a CA of a signer', bundle('example.com:s:b', CA_CERTIFICATE_PEM, 'example.com/s'), []],
    [
      'a name that is not the signers',
      bundle('b', CA_CERTIFICATE_PEM, 'example.com/s'),
      [
        'metadata.name: Invalid value: "b": ClusterTrustBundle for signerName example.com/s must be named with prefix example.com:s:',
      ],
    ],
    ['nothing', bundle('b', ''), [`${OMITTED} at least one trust anchor must be provided`]],
    ['no CA', bundle('b', LEAF_CERTIFICATE_PEM), [`${OMITTED} entry 0 does not have the CA bit set`]],
    ['a CA twice', bundle('b', CA_CERTIFICATE_PEM.repeat(2)), [`${OMITTED} duplicate trust anchor (indices [0 1])`]],
  ])('%s', (_, object, wanted) => {
    expect(validateClusterTrustBundle(object).map(fieldErrorMessage)).toEqual(wanted);
  });
});
