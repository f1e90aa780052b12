import { fieldErrorMessage } from '@typekube/apimachinery';
import type { coordinationv1beta1 } from '../../../types';
import { compareSemanticVersions, parseSemanticVersion } from './semantic-version';
import { validateLeaseCandidate, validateLeaseCandidateUpdate } from './validate';

type Spec = coordinationv1beta1.LeaseCandidateSpec;
const candidate = (fields: Partial<Spec> = {}): coordinationv1beta1.LeaseCandidate => ({
  apiVersion: 'coordination.k8s.io/v1beta1',
  kind: 'LeaseCandidate',
  metadata: { name: 'a' },
  spec: { leaseName: 'l', strategy: 'OldestEmulationVersion', binaryVersion: '1.36.0', emulationVersion: '1.35.0', ...fields },
});

it.each<[string, Partial<Spec>, string[]]>([
  ['a good one', {}, []],
  ['no lease', { leaseName: '' }, ['spec.leaseName: Required value']],
  [
    'no versions',
    { binaryVersion: '', emulationVersion: '' },
    [
      'spec.binaryVersion: Required value',
      "spec.emulationVersion: Required value: must be specified when `strategy` is 'OldestEmulationVersion'",
    ],
  ],
  [
    'a version with a v',
    { binaryVersion: 'v1.36.0' },
    ['spec.binaryVersion: Invalid value: "v1.36.0": must be a valid semantic version'],
  ],
  [
    'a binary too old',
    { binaryVersion: '1.34.0' },
    ['spec.binaryVersion: Invalid value: "1.34.0": must be greater than or equal to `emulationVersion`'],
  ],
  ['no strategy', { strategy: '' }, ['spec.strategy: Required value']],
])('validates %s', (_, fields, errors) => {
  expect(validateLeaseCandidate(candidate(fields)).map(fieldErrorMessage)).toEqual(errors);
});

it('keeps the lease', () => {
  expect(validateLeaseCandidateUpdate(candidate({ leaseName: 'm' }), candidate()).map(fieldErrorMessage)).toEqual([
    'spec.leaseName: Invalid value: "m": field is immutable',
  ]);
});

describe('semantic versions', () => {
  it.each(['1.2', '1.2.3.4', '01.2.3', '1.2.3-', '1.2.3-01', 'x', ''])('refuses %j', (text) => {
    expect(parseSemanticVersion(text)).toBeUndefined();
  });

  it('are ordered', () => {
    const ordered = [
      '1.0.0-1',
      '1.0.0-2',
      '1.0.0-10',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-beta',
      '1.0.0',
      '1.0.1',
      '1.10.0',
      '2.0.0',
    ];
    const versions = ordered.map((text) => parseSemanticVersion(text) ?? { core: [], prerelease: [] });
    const sorted = versions.toReversed().sort(compareSemanticVersions);
    expect(sorted).toEqual(versions);
  });

  it('ignore the build', () => {
    const [a, b] = ['1.0.0+x', '1.0.0+y'].map(parseSemanticVersion);
    expect(a && b && compareSemanticVersions(a, b)).toBe(0);
  });
});
