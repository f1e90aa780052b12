import type { KeyPairPaths } from '@typekube/component-base';
import { type SignerName, SIGNERS } from './plan-request';

/** The flags of the signers. */
export interface SigningFiles {
  readonly clusterSigningCertFile: string | undefined;
  readonly clusterSigningKeyFile: string | undefined;
  readonly clusterSigningKubeletServingCertFile: string | undefined;
  readonly clusterSigningKubeletServingKeyFile: string | undefined;
  readonly clusterSigningKubeletClientCertFile: string | undefined;
  readonly clusterSigningKubeletClientKeyFile: string | undefined;
  readonly clusterSigningKubeApiserverClientCertFile: string | undefined;
  readonly clusterSigningKubeApiserverClientKeyFile: string | undefined;
  readonly clusterSigningLegacyUnknownCertFile: string | undefined;
  readonly clusterSigningLegacyUnknownKeyFile: string | undefined;
}

export interface SignerPlan {
  readonly signer: SignerName;
  /** As its metrics name it. */
  readonly name: string;
  readonly files: KeyPairPaths;
}

/**
 * Which signers work, and with which authority: one for all of them, or each with its own and those that have none left out.
 *
 * @throws where both are given, or half of one. (startCertificateSigningRequestSigningController)
 */
export function planSigners(flags: SigningFiles): SignerPlan[] {
  const common = { certFile: flags.clusterSigningCertFile ?? '', keyFile: flags.clusterSigningKeyFile ?? '' };
  const own = ownFiles(flags);
  const isAnyOwn = own.some(({ files }) => isAnySet(files));
  if (common.certFile && common.keyFile) {
    if (isAnyOwn) throw new Error('cannot specify default and per controller certs at the same time');
    return own.map((signer) => ({ ...signer, files: common }));
  }
  const working = own.filter(({ files }) => isAnySet(files));
  const half = working.find(({ files }) => !files.certFile || !files.keyFile);
  if (half) throw new Error(`failed to start ${half.signer} certificate controller: both a certificate file and a key file are required`);
  return working;
}

function ownFiles(flags: SigningFiles): SignerPlan[] {
  const files = (certFile = '', keyFile = ''): KeyPairPaths => ({ certFile, keyFile });
  return [
    {
      signer: SIGNERS.kubeletServing,
      name: 'csrsigning-kubelet-serving',
      files: files(flags.clusterSigningKubeletServingCertFile, flags.clusterSigningKubeletServingKeyFile),
    },
    {
      signer: SIGNERS.kubeletClient,
      name: 'csrsigning-kubelet-client',
      files: files(flags.clusterSigningKubeletClientCertFile, flags.clusterSigningKubeletClientKeyFile),
    },
    {
      signer: SIGNERS.client,
      name: 'csrsigning-kube-apiserver-client',
      files: files(flags.clusterSigningKubeApiserverClientCertFile, flags.clusterSigningKubeApiserverClientKeyFile),
    },
    {
      signer: SIGNERS.legacyUnknown,
      name: 'csrsigning-legacy-unknown',
      files: files(flags.clusterSigningLegacyUnknownCertFile, flags.clusterSigningLegacyUnknownKeyFile),
    },
  ];
}

function isAnySet({ certFile, keyFile }: KeyPairPaths): boolean {
  return certFile !== '' || keyFile !== '';
}
