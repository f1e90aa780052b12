import { fieldErrorMessage, FieldPath, type FieldError } from '@typekube/apimachinery';
import { isOvercommitAllowed } from './resource-names';
import {
  isExtendedResourceName,
  validateContainerResourceName,
  validateQuotaResourceName,
  validateResourceName,
  validateResourceQuantityValue,
} from './validate';

const path = FieldPath.of('r');
const details = (errors: readonly FieldError[]): string[] => errors.map(({ detail }) => detail);
const NOT_STANDARD = 'must be a standard resource type or fully qualified';
const NOT_FOR_CONTAINERS = 'must be a standard resource for containers';
const NOT_FOR_QUOTAS = 'must be a standard resource for quota';

it.each<[string, string[], string[], string[]]>([
  ['cpu', [], [], []],
  ['hugepages-2Mi', [], [], []],
  ['storage', [], [NOT_FOR_CONTAINERS], [NOT_FOR_QUOTAS]],
  ['pods', [], [NOT_FOR_CONTAINERS], []],
  ['requests.cpu', [], [NOT_FOR_CONTAINERS], []],
  ['foo', [NOT_STANDARD], [NOT_STANDARD, NOT_FOR_CONTAINERS], [NOT_STANDARD, NOT_FOR_QUOTAS]],
  ['example.com/gpu', [], [], []],
  ['requests.example.com/gpu', [], ["doesn't follow extended resource name standard"], []],
  ['kubernetes.io/foo', [], [], []],
])('%s is a resource, of a container, of a quota', (name, any, container, quota) => {
  expect(details(validateResourceName(name, path))).toEqual(any);
  expect(details(validateContainerResourceName(name, path))).toEqual(container);
  expect(details(validateQuotaResourceName(name, path))).toEqual(quota);
});

it.each<[string, string, string[]]>([
  ['cpu', '100m', []],
  ['cpu', '-1', ['r: Invalid value: "-1": must be greater than or equal to 0']],
  ['pods', '1', []],
  ['pods', '100m', ['r: Invalid value: "100m": must be an integer']],
  ['example.com/gpu', '1500m', ['r: Invalid value: "1500m": must be an integer']],
])('%s may be %s', (name, amount, errors) => {
  expect(validateResourceQuantityValue(name, amount, path).map(fieldErrorMessage)).toEqual(errors);
});

it('tells extended resources, which cannot be overcommitted', () => {
  expect(['example.com/gpu', 'cpu', 'a.kubernetes.io/b'].map(isExtendedResourceName)).toEqual([true, false, false]);
  expect(['example.com/gpu', 'cpu', 'hugepages-1Gi'].map(isOvercommitAllowed)).toEqual([false, true, false]);
});
