import { durationFlag, type Flag, optionalStringFlag, section } from '@typekube/component-base';

const YEAR_MILLISECONDS = 8760 * 3_600_000;
const ALONE = 'If specified, no more specific --cluster-signing-* flag may be specified.';
const INSTEAD = 'If specified, --cluster-signing-{cert,key}-file must not be set.';

/** With what certificate signing requests are signed. */
export const certificates = section('CSR signing controller', {
  clusterSigningCertFile: certFile('cluster-scoped certificates', ALONE),
  clusterSigningKeyFile: keyFile('cluster-scoped certificates', ALONE),
  clusterSigningDuration: durationFlag({
    default: YEAR_MILLISECONDS,
    help:
      'The max length of duration signed certificates will be given.  Individual CSRs may request shorter certs by setting ' +
      'spec.expirationSeconds.',
  }),
  clusterSigningKubeletServingCertFile: certFile(ofSigner('kubelet-serving'), INSTEAD),
  clusterSigningKubeletServingKeyFile: keyFile(ofSigner('kubelet-serving'), INSTEAD),
  clusterSigningKubeletClientCertFile: certFile(ofSigner('kube-apiserver-client-kubelet'), INSTEAD),
  clusterSigningKubeletClientKeyFile: keyFile(ofSigner('kube-apiserver-client-kubelet'), INSTEAD),
  clusterSigningKubeApiserverClientCertFile: certFile(ofSigner('kube-apiserver-client'), INSTEAD),
  clusterSigningKubeApiserverClientKeyFile: keyFile(ofSigner('kube-apiserver-client'), INSTEAD),
  clusterSigningLegacyUnknownCertFile: certFile(ofSigner('legacy-unknown'), INSTEAD),
  clusterSigningLegacyUnknownKeyFile: keyFile(ofSigner('legacy-unknown'), INSTEAD),
});

function certFile(what: string, rule: string): Flag<string | undefined> {
  return optionalStringFlag({ help: `Filename containing a PEM-encoded X509 CA certificate used to issue ${what}.  ${rule}` });
}

function keyFile(what: string, rule: string): Flag<string | undefined> {
  return optionalStringFlag({ help: `Filename containing a PEM-encoded RSA or ECDSA private key used to sign ${what}.  ${rule}` });
}

function ofSigner(name: string): string {
  return `certificates for the kubernetes.io/${name} signer`;
}
