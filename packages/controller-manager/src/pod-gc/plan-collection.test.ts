import type { Node } from '../shared/objects';
import { pod } from '../testing/workloads';
import { missingNodes, planCollection } from './plan-collection';

const OFF: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'off' },
  spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }] },
};

it('collects what no kubelet will finish', () => {
  const pods = [
    pod({ name: 'fine', node: 'on' }),
    pod({ name: 'lost', node: 'gone' }),
    pod({ name: 'unscheduled', deleted: true }),
    pod({ name: 'stuck', node: 'off', deleted: true }),
    pod({ name: 'going', node: 'on', deleted: true }),
    pod({ name: 'new', node: 'off' }),
  ];
  const nodes = new Map([['off', OFF], ['on', { ...OFF, spec: {} }]]);
  expect([...missingNodes(pods, nodes)]).toEqual(['gone']);
  const collected = planCollection({ pods, nodes, goneNodes: new Set(['gone']), threshold: 0 });
  expect(collected.map((each) => `${each.pod.metadata.name} ${each.because}`)).toEqual(['lost node-gone', 'unscheduled never-scheduled', 'stuck out-of-service']);
});

it.each([
  [0, []],
  [2, ['old']],
  [5, []],
])('with a threshold of %i', (threshold, expected) => {
  const ended = [pod({ name: 'young', phase: 'Failed', age: 1 }), pod({ name: 'old', phase: 'Succeeded', age: 9 }), pod({ name: 'middle', phase: 'Failed', age: 5 }), pod({ name: 'running' })];
  const collected = planCollection({ pods: ended, nodes: new Map(), goneNodes: new Set(), threshold });
  expect(collected.map((each) => each.pod.metadata.name)).toEqual(expected);
});
