import { ephemeralOf, type Pod, specOf, type Volume } from '../objects';

/**
 * The plural of a kind of API objects that the pod refers to; undefined where it refers to none (podutil.HasAPIObjectReference). A pod that is read
 * from a file may not: it has to run also where no API server answers.
 */
export function apiReferenceOf(pod: Pod): string | undefined {
  const { serviceAccountName, imagePullSecrets = [], resourceClaims = [], volumes = [], containers, initContainers = [] } = specOf(pod);
  if (serviceAccountName) return 'serviceaccounts';
  const all = [...initContainers, ...containers, ...ephemeralOf(pod)];
  const sources = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  const hasSecret =
    imagePullSecrets.length > 0 ||
    volumes.some((volume) => volume.secret || secretOfDriver(volume)) ||
    sources.some(({ secret }) => secret) ||
    all.some(({ env = [], envFrom = [] }) => env.some(({ valueFrom }) => valueFrom?.secretKeyRef) || envFrom.some(({ secretRef }) => secretRef));
  if (hasSecret) return 'secrets';
  const hasConfigMap =
    volumes.some(({ configMap }) => configMap) ||
    sources.some(({ configMap }) => configMap) ||
    all.some(({ env = [], envFrom = [] }) => env.some(({ valueFrom }) => valueFrom?.configMapKeyRef) || envFrom.some(({ configMapRef }) => configMapRef));
  if (hasConfigMap) return 'configmaps';
  if (resourceClaims.length > 0) return 'resourceclaims';
  if (volumes.some((volume) => volume.persistentVolumeClaim ?? volume.ephemeral)) return 'persistentvolumeclaims';
  if (sources.some(({ clusterTrustBundle }) => clusterTrustBundle)) return 'clustertrustbundles';
  if (sources.some(({ podCertificate }) => podCertificate)) return 'podcertificates';
  return sources.some(({ serviceAccountToken }) => serviceAccountToken) ? 'serviceaccounts' : undefined;
}

/** Volume drivers that log in with a secret. */
function secretOfDriver(volume: Volume): unknown {
  return (
    volume.csi?.nodePublishSecretRef ??
    volume.iscsi?.secretRef ??
    volume.rbd?.secretRef ??
    volume.cephfs?.secretRef ??
    volume.cinder?.secretRef ??
    volume.flexVolume?.secretRef ??
    volume.scaleIO?.secretRef ??
    volume.storageos?.secretRef ??
    volume.azureFile?.secretName
  );
}
