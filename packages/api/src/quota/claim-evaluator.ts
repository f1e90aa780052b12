import { newQuantity, parseQuantity, type Quantity } from '@typekube/apimachinery';
import type { corev1 } from '../types';
import { objectCountName, ONE } from './count-evaluator';
import { type QuotaEvaluator, type ScopeSelector, scopeValueMatches } from './evaluator';

const COUNT = objectCountName('', 'persistentvolumeclaims');
const RESOURCES = ['persistentvolumeclaims', 'requests.storage'] as const;
const CLASS_SUFFIX = '.storageclass.storage.k8s.io/';
/** Where a claim names its class since before there was a field for it. */
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** Counts volume claims and the storage they request, in all and by storage class. */
export const claimEvaluator: QuotaEvaluator = {
  group: '',
  plural: 'persistentvolumeclaims',
  handles: ({ operation, subresource }) =>
    (operation === 'CREATE' || operation === 'UPDATE') && (subresource === '' || (subresource === 'status' && operation === 'UPDATE')),
  matchingResources: (names) => names.filter(isClaimResource),
  matchesScope: (selector, object) => matchesScope(selector, object as corev1.PersistentVolumeClaim),
  usage(object) {
    const claim = object as corev1.PersistentVolumeClaim;
    const usage = new Map([[COUNT, ONE], ['persistentvolumeclaims', ONE]]);
    const storage = requestedStorage(claim);
    if (storage) usage.set('requests.storage', storage);
    const className = claim.metadata.annotations?.[CLASS_ANNOTATION] ?? claim.spec?.storageClassName;
    if (className) {
      usage.set(`${className}${CLASS_SUFFIX}persistentvolumeclaims`, ONE);
      if (storage) usage.set(`${className}${CLASS_SUFFIX}requests.storage`, storage);
    }
    return usage;
  },
};

function isClaimResource(name: string): boolean {
  return name === COUNT || RESOURCES.some((resource) => name === resource || name.endsWith(CLASS_SUFFIX + resource));
}

/** What it asks for, or what it was given while a change goes on, whichever is more: whole bytes. */
function requestedStorage({ spec, status }: corev1.PersistentVolumeClaim): Quantity | undefined {
  const wanted = spec?.resources?.requests?.['storage'];
  if (wanted === undefined) return undefined;
  const allocated = status?.allocatedResources?.['storage'];
  const [request, given] = [parseQuantity(wanted), allocated === undefined ? undefined : parseQuantity(allocated)];
  return roundUp(given && given.cmp(request) > 0 ? given : request);
}

function roundUp(quantity: Quantity): Quantity {
  const whole = newQuantity(quantity.value(), quantity.format);
  return whole.equals(quantity) ? quantity : whole;
}

function matchesScope(selector: ScopeSelector, claim: corev1.PersistentVolumeClaim): boolean {
  if (selector.scopeName !== 'VolumeAttributesClass') return false;
  const { spec, status } = claim;
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name): name is string => Boolean(name));
  if (names.length === 0) return scopeValueMatches(selector, undefined);
  return names.some((name) => scopeValueMatches(selector, name));
}
