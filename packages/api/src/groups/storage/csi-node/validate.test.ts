import { fieldErrorMessage } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { validateCsiNode, validateCsiNodeUpdate } from './validate';

function csiNode(...drivers: storagev1.CSINodeDriver[]): storagev1.CSINode {
  return { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name: 'n' }, spec: { drivers } };
}

const DRIVER = { name: 'd.example.com', nodeID: 'id' };

describe('validateCsiNode', () => {
  it.each<[string, storagev1.CSINodeDriver[], string[]]>([
    ['a driver', [{ ...DRIVER, topologyKeys: ['example.com/zone'] }], []],
    ['a driver twice', [DRIVER, DRIVER], ['spec.drivers[1].name: Duplicate value: "d.example.com"']],
    ['no node id', [{ ...DRIVER, nodeID: '' }], ['spec.drivers[0].nodeID: Required value']],
    ['a key twice', [{ ...DRIVER, topologyKeys: ['a', 'a'] }], ['spec.drivers[0]: Duplicate value: "a"']],
    ['a negative limit', [{ ...DRIVER, allocatable: { count: -1 } }], [
      'spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0',
    ]],
  ])('%s', (_, drivers, wanted) => {
    expect(validateCsiNode(csiNode(...drivers)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('may change the limit of a driver, not its node id', () => {
    expect(validateCsiNodeUpdate(csiNode({ ...DRIVER, allocatable: { count: 2 } }), csiNode(DRIVER))).toEqual([]);
    expect(validateCsiNodeUpdate(csiNode({ ...DRIVER, nodeID: 'x' }), csiNode(DRIVER)).map(({ detail }) => detail)).toEqual([
      'field is immutable',
    ]);
  });
});
