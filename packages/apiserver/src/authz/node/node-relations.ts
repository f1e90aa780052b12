import type { certificatesv1beta1, corev1, resourcev1, storagev1 } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import { parseObject } from '../../cache/entry';
import type { Endpoints } from '../../registry/endpoints';
import type { Resource } from '../../registry/resource';
import { PodsByNode } from './pods-by-node';

/** Whether an object belongs to a node. */
export type Related = (node: string, namespace: string, name: string) => boolean;

/** What belongs to a node or to a pod on it, by the server's own caches (upstream's node authorizer graph, which is walked here from the node's pods). */
export class NodeRelations {
  private readonly pods: Resource;
  private readonly claims: Resource;
  private readonly volumes: Resource;
  private readonly attachments: Resource;
  private readonly slices: Resource;
  private readonly podCertificateRequests: Resource;
  private readonly podsByNode: PodsByNode;

  constructor(endpoints: Endpoints) {
    this.pods = endpoints.resource('', 'pods');
    this.claims = endpoints.resource('', 'persistentvolumeclaims');
    this.volumes = endpoints.resource('', 'persistentvolumes');
    this.attachments = endpoints.resource('storage.k8s.io', 'volumeattachments');
    this.slices = endpoints.resource('resource.k8s.io', 'resourceslices');
    this.podCertificateRequests = endpoints.resource('certificates.k8s.io', 'podcertificaterequests');
    this.podsByNode = new PodsByNode(this.pods.cache);
  }

  pod: Related = (node, namespace, name) => this.podsByNode.has(node, this.pods.key(namespace, name));

  /** Used by a pod, or by a volume that a pod uses. */
  secret: Related = (node, namespace, name) => {
    if (this.podsByNode.some(node, namespace, ({ secrets }) => secrets.has(name))) return true;
    return this.podsByNode.some(node, namespace, ({ claims }) => {
      return [...claims].some((claim) => {
        const volume = this.volumeOfClaim(namespace, claim);
        return volume !== undefined && volumeSecrets(volume).some((secret) => secret.name === name && secret.namespace === namespace);
      });
    });
  };

  configMap: Related = (node, namespace, name) => this.podsByNode.some(node, namespace, ({ configMaps }) => configMaps.has(name));

  claim: Related = (node, namespace, name) => this.podsByNode.some(node, namespace, ({ claims }) => claims.has(name));

  /** Bound to a claim that a pod uses. */
  volume: Related = (node, _namespace, name) => {
    const { namespace = '', name: claim = '' } = read<corev1.PersistentVolume>(this.volumes, '', name)?.spec?.claimRef ?? {};
    return claim !== '' && this.claim(node, namespace, claim);
  };

  serviceAccount: Related = (node, namespace, name) => {
    return this.podsByNode.some(node, namespace, ({ serviceAccount }) => serviceAccount === name);
  };

  resourceClaim: Related = (node, namespace, name) => {
    return this.podsByNode.some(node, namespace, ({ resourceClaims }) => resourceClaims.has(name));
  };

  attachment: Related = (node, _namespace, name) => read<storagev1.VolumeAttachment>(this.attachments, '', name)?.spec.nodeName === node;

  slice: Related = (node, _namespace, name) => read<resourcev1.ResourceSlice>(this.slices, '', name)?.spec.nodeName === node;

  podCertificateRequest: Related = (node, namespace, name) => {
    return read<certificatesv1beta1.PodCertificateRequest>(this.podCertificateRequests, namespace, name)?.spec.nodeName === node;
  };

  /** Both must say that they belong together. */
  private volumeOfClaim(namespace: string, name: string): corev1.PersistentVolume | undefined {
    const volumeName = read<corev1.PersistentVolumeClaim>(this.claims, namespace, name)?.spec?.volumeName;
    const volume = volumeName ? read<corev1.PersistentVolume>(this.volumes, '', volumeName) : undefined;
    const { claimRef } = volume?.spec ?? {};
    return claimRef?.namespace === namespace && claimRef.name === name ? volume : undefined;
  }
}

function read<T extends KubeObject>(resource: Resource, namespace: string, name: string): T | undefined {
  const entry = resource.cache.get(resource.key(namespace, name));
  return entry && (parseObject(entry.bytes) as T);
}

/** The secrets that the kubelet needs to mount a volume; without a namespace of its own, one is in that of the claim. */
function volumeSecrets({ spec }: corev1.PersistentVolume): { namespace: string; name: string }[] {
  const home = spec?.claimRef?.namespace ?? '';
  const references = [
    spec?.cephfs?.secretRef,
    spec?.cinder?.secretRef,
    spec?.flexVolume?.secretRef,
    spec?.iscsi?.secretRef,
    spec?.rbd?.secretRef,
    spec?.scaleIO?.secretRef,
    spec?.csi?.nodePublishSecretRef,
    spec?.csi?.nodeStageSecretRef,
    spec?.csi?.nodeExpandSecretRef,
    spec?.storageos?.secretRef,
    spec?.azureFile && { name: spec.azureFile.secretName, namespace: spec.azureFile.secretNamespace },
  ];
  return references.flatMap((reference) => (reference?.name ? [{ name: reference.name, namespace: reference.namespace || home }] : []));
}
