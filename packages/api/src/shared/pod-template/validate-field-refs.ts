import {
  type FieldError,
  type FieldPath,
  invalid,
  isQualifiedName,
  notSupported,
  parseQuantity,
  required,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing } from '../fields/field-rules';

/** Fields of a pod that its environment may refer to. */
export const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Fields of a pod that its volumes may refer to. */
export const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.host',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const SUBSCRIPTED = /^(.+?)\['(.*)'\]$/s;

/** A reference to one of the `allowed` fields of a pod, or to a single label or annotation: `metadata.labels['app']`. */
export function validateObjectFieldSelector(
  ref: corev1.ObjectFieldSelector,
  path: FieldPath,
  allowed: readonly string[],
): FieldError[] {
  if (isMissing(ref.apiVersion)) return [required(path.child('apiVersion'))];
  if (isMissing(ref.fieldPath)) return [required(path.child('fieldPath'))];
  const match = SUBSCRIPTED.exec(ref.fieldPath);
  const field = match?.[1] ?? ref.fieldPath;
  const problem = conversionProblem(ref, field, match !== null);
  if (problem) return [invalid(path.child('fieldPath'), ref.fieldPath, `error converting fieldPath: ${problem}`)];
  if (!match) {
    const converted = field === 'spec.host' ? 'spec.nodeName' : field;
    return allowed.includes(converted) ? [] : [notSupported(path.child('fieldPath'), converted, allowed)];
  }
  const subscript = match[2] ?? '';
  const key = field === 'metadata.annotations' ? subscript.toLowerCase() : subscript;
  return invalidEach(path, key, isQualifiedName(key));
}

function conversionProblem(
  { apiVersion, fieldPath }: corev1.ObjectFieldSelector,
  field: string,
  subscripted: boolean,
): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  if (subscripted) {
    const known = field === 'metadata.annotations' || field === 'metadata.labels';
    return known ? undefined : `field label does not support subscript: ${fieldPath}`;
  }
  return KNOWN_FIELDS.has(field) ? undefined : `field label not supported: ${fieldPath}`;
}

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const HUGE_PAGES = /^(limits|requests)\.hugepages-/;

/** A reference to a resource of a container; a volume must say of which. */
export function validateResourceFieldSelector(
  ref: corev1.ResourceFieldSelector,
  path: FieldPath,
  { containerRequired }: { containerRequired: boolean },
): FieldError[] {
  return [...validateResourceField(ref, path, containerRequired), ...validateDivisor(ref, path)];
}

function validateResourceField(ref: corev1.ResourceFieldSelector, path: FieldPath, containerRequired: boolean): FieldError[] {
  if (containerRequired && isMissing(ref.containerName)) return [required(path.child('containerName'))];
  if (isMissing(ref.resource)) return [required(path.child('resource'))];
  if (RESOURCES.includes(ref.resource) || HUGE_PAGES.test(ref.resource)) return [];
  return [notSupported(path.child('resource'), ref.resource, RESOURCES)];
}

const CPU_DIVISORS = ['1m', '1'];
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function validateDivisor({ resource, divisor }: corev1.ResourceFieldSelector, path: FieldPath): FieldError[] {
  if (isMissing(divisor)) return [];
  const quantity = parseQuantity(divisor);
  if (quantity.isZero) return [];
  const { name, divisors } = divisorRule(resource ?? '') ?? {};
  if (!name || !divisors || divisors.includes(quantity.toString())) return [];
  const values = divisors === CPU_DIVISORS ? '1m and 1' : divisors.join(', ');
  return [invalid(path.child('divisor'), resource, `only divisor's values ${values} are supported with the ${name} resource`)];
}

function divisorRule(resource: string): { name: string; divisors: readonly string[] } | undefined {
  if (HUGE_PAGES.test(resource)) return { name: 'hugepages', divisors: BYTE_DIVISORS };
  switch (resource.replace(/^(limits|requests)\./, '')) {
    case 'cpu':
      return { name: 'cpu', divisors: CPU_DIVISORS };
    case 'memory':
      return { name: 'memory', divisors: BYTE_DIVISORS };
    case 'ephemeral-storage':
      return { name: 'local ephemeral storage', divisors: BYTE_DIVISORS };
    default:
      return undefined;
  }
}
