import type { authenticationv1, corev1, storagev1 } from '@typekube/api';
import { newNotFound } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import { resourceAttributes } from '../authorize';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';

type Dependencies = Pick<AdmissionDependencies, 'objects' | 'authorizer'>;

/** A kubelet asks for tokens of accounts that its pods run as, bound to such a pod, for audiences that the pod names. */
export async function checkToken(node: string, attributes: AdmissionAttributes, dependencies: Dependencies): Promise<void> {
  if (attributes.operation !== 'CREATE' || attributes.subresource !== 'token') return;
  const { boundObjectRef, audiences = [] }: Partial<authenticationv1.TokenRequestSpec> = (attributes.object as authenticationv1.TokenRequest).spec ?? {};
  const pod = await boundPod(attributes, boundObjectRef, dependencies);
  if (boundObjectRef?.uid !== pod.metadata.uid) {
    throw forbidden(
      attributes,
      `the UID in the bound object reference (${boundObjectRef?.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  if (pod.spec?.nodeName !== node) throw forbidden(attributes, 'node requested token bound to a pod scheduled on a different node');
  await checkAudience(attributes, audiences, pod, dependencies);
}

async function boundPod(
  attributes: AdmissionAttributes,
  ref: authenticationv1.BoundObjectReference | undefined,
  { objects }: Dependencies,
): Promise<corev1.Pod> {
  if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name) throw forbidden(attributes, 'node requested token not bound to a pod');
  if (!ref.uid) throw forbidden(attributes, 'node requested token with a pod binding without a uid');
  const pod = await objects<corev1.Pod>('', 'pods').find(attributes.namespace, ref.name);
  if (!pod) throw newNotFound({ group: '', resource: 'pods' }, ref.name);
  return pod;
}

async function checkAudience(
  attributes: AdmissionAttributes,
  audiences: readonly string[],
  pod: corev1.Pod,
  { objects, authorizer }: Dependencies,
): Promise<void> {
  if (audiences.length > 1) throw forbidden(attributes, 'node may only request 0 or 1 audiences');
  // None is the API server's own, which a pod must name too: by a volume whose token has no audience.
  const [audience = ''] = audiences;
  const named = audiencesOf(pod, objects);
  if (named.has(audience)) return;
  const { user, namespace, name } = attributes;
  const asked = { user, verb: 'request-serviceaccounts-token-audience', namespace, apiGroup: '', apiVersion: 'v1', resource: audience, name };
  const { decision } = await authorizer.authorize(resourceAttributes(asked));
  if (decision === 'Allow') return;
  throw forbidden(attributes, `audience "${audience}" not found in pod spec volume, ${user.name} is not authorized to request tokens for this audience`);
}

/** Those that the pod's volumes name: its projected tokens, and what the drivers of its CSI volumes want, be they behind claims. */
function audiencesOf(pod: corev1.Pod, objects: Dependencies['objects']): Set<string> {
  const volumes = pod.spec?.volumes ?? [];
  const tokens = volumes.flatMap(({ projected }) => projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) => token ?? []);
  const drivers = objects<storagev1.CSIDriver>('storage.k8s.io', 'csidrivers');
  const ofDrivers = volumes.flatMap((volume) => {
    const driver = driverOf(pod, volume, objects);
    return driver ? (drivers.get('', driver)?.spec?.tokenRequests ?? []) : [];
  });
  return new Set([...tokens, ...ofDrivers].map(({ audience = '' }) => audience));
}

function driverOf({ metadata }: corev1.Pod, { name, csi, persistentVolumeClaim, ephemeral }: corev1.Volume, objects: Dependencies['objects']): string | undefined {
  if (csi) return csi.driver;
  const claimName = persistentVolumeClaim?.claimName ?? (ephemeral && `${metadata.name}-${name}`);
  if (!claimName) return undefined;
  const claim = objects<corev1.PersistentVolumeClaim>('', 'persistentvolumeclaims').get(metadata.namespace ?? '', claimName);
  const volumeName = claim?.spec?.volumeName;
  return volumeName ? objects<corev1.PersistentVolume>('', 'persistentvolumes').get('', volumeName)?.spec?.csi?.driver : undefined;
}
