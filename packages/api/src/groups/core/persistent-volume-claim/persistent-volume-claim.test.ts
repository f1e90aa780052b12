import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { dropUnknownDataSource, normalizeDataSources } from './data-source';
import { strategy } from './strategy';
import {
  validatePersistentVolumeClaim,
  validatePersistentVolumeClaimStatusUpdate,
  validatePersistentVolumeClaimUpdate,
} from './validate';

type Claim = corev1.PersistentVolumeClaim;
type Spec = corev1.PersistentVolumeClaimSpec;

const claim = (spec: Spec = {}, fields: Partial<Claim> = {}): Claim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'a' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, ...spec },
  ...fields,
});
const sized = (storage: string): Spec => ({ resources: { requests: { storage } } });
const bound = { status: { phase: 'Bound', capacity: { storage: '1Gi' } } };
const IMMUTABLE =
  'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n';

describe('validatePersistentVolumeClaim', () => {
  it.each<[string, Spec, string[]]>([
    ['a good one', {}, []],
    ['no access mode', { accessModes: [] }, ['spec.accessModes: Required value: at least 1 access mode is required']],
    ['no size', { resources: {} }, ['spec.resources[storage]: Required value']],
    ['size zero', sized('0'), ['spec.resources[storage]: Invalid value: "0": must be greater than zero']],
  ])('of %s', (_, spec, errors) => {
    expect(validatePersistentVolumeClaim(claim(spec)).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('validatePersistentVolumeClaimUpdate', () => {
  it.each<[string, Claim, Claim, string[]]>([
    ['nothing', claim(), claim(), []],
    ['the size in other words', claim(sized('2Gi')), claim(sized('2147483648')), []],
    ['a first volume', claim(), claim({ volumeName: 'v' }), []],
    ['another volume', claim({ volumeName: 'v' }), claim({ volumeName: 'w' }), [expect.stringContaining(IMMUTABLE)]],
    ['a first class', claim(), claim({ storageClassName: 'c' }), []],
    [
      'another class',
      claim({ storageClassName: 'c' }),
      claim({ storageClassName: 'd' }),
      [
        `${IMMUTABLE}  core.PersistentVolumeClaimSpec{\n  \t... // 3 identical fields\n- \tstorageClassName: "c",\n+ \tstorageClassName: "d",\n  }\n`,
      ],
    ],
    ['the size before it is bound', claim(), claim(sized('3Gi')), [expect.stringContaining(IMMUTABLE)]],
    ['a larger size', claim({}, bound), claim(sized('3Gi'), bound), []],
    ['a smaller size over that of the volume', claim({}, bound), claim(sized('1500Mi'), bound), []],
    [
      'a size below that of the volume',
      claim({}, bound),
      claim(sized('1Gi'), bound),
      ['spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'],
    ],
    [
      'the mode',
      claim({ volumeMode: 'Block' }),
      claim({ volumeMode: 'Filesystem' }),
      [expect.stringContaining(IMMUTABLE), 'volumeMode: Invalid value: "Filesystem": field is immutable'],
    ],
    [
      'the attributes class of a bound one',
      claim({ volumeAttributesClassName: 'a' }, bound),
      claim({ volumeAttributesClassName: 'b' }, bound),
      [],
    ],
    [
      'no attributes class',
      claim({ volumeAttributesClassName: 'a' }, bound),
      claim({ volumeAttributesClassName: '' }, bound),
      ['spec.volumeAttributesClassName: Forbidden: update from non-nil value to an empty string is forbidden'],
    ],
  ])('of %s', (_, old, updated, errors) => {
    expect(validatePersistentVolumeClaimUpdate(updated, old).map(fieldErrorMessage)).toEqual(errors);
  });

  it('lets the class move from the annotation to the field', () => {
    const annotations = { 'volume.beta.kubernetes.io/storage-class': 'c' };
    const old = claim({}, { metadata: { name: 'a', annotations } });
    expect(validatePersistentVolumeClaimUpdate(claim({ storageClassName: 'c' }), old)).toEqual([]);
    expect(validatePersistentVolumeClaimUpdate(claim(), old).map(fieldErrorMessage)).toEqual([
      'metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: "": field is immutable',
    ]);
  });
});

describe('validatePersistentVolumeClaimStatusUpdate', () => {
  const versioned = { name: 'a', resourceVersion: '1' };
  it.each<[string, Claim, string[]]>([
    [
      'a good one',
      claim({}, { metadata: versioned, status: { capacity: { storage: '1Gi' }, allocatedResources: { storage: '1Gi' } } }),
      [],
    ],
    ['no version', claim(), ['resourceVersion: Required value']],
    [
      'an unknown resize',
      claim({}, { metadata: versioned, status: { allocatedResourceStatuses: { storage: 'Foo' } } }),
      [
        'status.allocatedResourceStatus: Unsupported value: "storage": supported values: "ControllerResizeInProgress", ' +
          '"ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
      ],
    ],
    [
      'a resource that is no storage',
      claim({}, { metadata: versioned, status: { allocatedResources: { cpu: '1' } } }),
      ['status.allocatedResources: Unsupported value: "cpu": supported values: "storage"'],
    ],
  ])('of %s', (_, object, errors) => {
    expect(validatePersistentVolumeClaimStatusUpdate(object).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('data sources', () => {
  const source = { kind: 'PersistentVolumeClaim', name: 'x' };
  const foreign = { apiGroup: 'example.com', kind: 'Foo', name: 'x' };
  it.each<[string, Spec, Spec]>([
    ['a source', { dataSource: source }, { dataSource: source, dataSourceRef: source }],
    ['a reference', { dataSourceRef: source }, { dataSource: source, dataSourceRef: source }],
    ['a reference elsewhere', { dataSourceRef: { ...source, namespace: 'n' } }, { dataSourceRef: { ...source, namespace: 'n' } }],
    ['a source of another kind', { dataSource: foreign }, {}],
  ])('of %s', (_, spec, expected) => {
    dropUnknownDataSource(spec);
    normalizeDataSources(spec);
    expect(spec).toEqual(expected);
  });
});

it('warns of fractions of a byte', () => {
  expect(strategy.warningsOnCreate?.(claim(sized('1500m')))).toEqual([
    'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
  ]);
});
