import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { fieldErrorMessage } from '@typekube/apimachinery';
import { samples } from '../../../samples/samples';
import type { certificatesv1beta1 } from '../../../types';
import { setDefaults } from './defaults';
import { validatePodCertificateRequest } from './validate';
import { validatePodCertificateRequestStatus } from './validate-status';

type Spec = certificatesv1beta1.PodCertificateRequestSpec;

const NOW = new Date('2026-01-02T03:04:05Z');
const SAMPLE = samples['certificates.k8s.io/v1beta1/PodCertificateRequest'] as certificatesv1beta1.PodCertificateRequest;

function request(spec: Partial<Spec> = {}): certificatesv1beta1.PodCertificateRequest {
  const object = { ...structuredClone(SAMPLE), spec: { ...SAMPLE.spec, ...spec } };
  setDefaults(object);
  return object;
}

/** A key and a signature of the pod's uid with it, as older kubelets prove that they hold the key. */
function oldProof(uid: string): Partial<Spec> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return {
    stubPKCS10Request: '',
    pkixPublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    proofOfPossession: sign(undefined, Buffer.from(uid), key).toString('base64'),
  };
}

describe('validatePodCertificateRequest', () => {
  it.each<[string, Partial<Spec>, string[]]>([
    ['a stub request', {}, []],
    ['a proof of the uid', oldProof(SAMPLE.spec.podUID), []],
    ['a proof of another uid', oldProof('x'), [
      'spec.proofOfPossession: Invalid value: "<value omitted>": could not verify proof-of-possession signature',
    ]],
    ['no uid', { nodeUID: '' }, ['spec.nodeUID: Invalid value: "": must not be empty']],
    ['a day and more of Kubernetes itself', { signerName: 'kubernetes.io/x', maxExpirationSeconds: 86401 }, [
      'spec.maxExpirationSeconds: Invalid value: 86401: must be in the range [3600, 86400]',
    ]],
    ['no request', { stubPKCS10Request: 'AAAA' }, [
      'spec.stubPKCS10Request: Invalid value: "AAAA": must be a valid PKCS#10 certificate signing request',
    ]],
  ])('%s', (_, spec, wanted) => {
    expect(validatePodCertificateRequest(request(spec)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('is denied without a certificate', () => {
    const denied = { type: 'Denied', status: 'True' as const, reason: 'No', message: '', lastTransitionTime: '2026-01-02T03:04:05Z' };
    const answer = { ...request(), status: { conditions: [denied] } };
    const both = { ...request(), status: { conditions: [denied], certificateChain: 'x' } };
    expect(validatePodCertificateRequestStatus(answer, request(), NOW)).toEqual([]);
    expect(validatePodCertificateRequestStatus(both, request(), NOW).map(({ detail }) => detail)).toEqual([
      'non-condition status fields must be empty when denying or failing the PodCertificateRequest',
    ]);
    expect(validatePodCertificateRequestStatus(request(), answer, NOW).map(({ detail }) => detail)).toEqual([
      'immutable after PodCertificateRequest is issued, denied, or failed',
    ]);
  });
});
