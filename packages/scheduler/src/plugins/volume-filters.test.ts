import type { corev1 } from '@typekube/api';
import type { Claim, Volume } from '../framework/handle';
import type { Pod } from '../framework/objects';
import { filterResults, makeNode, makePod, type World } from '../testing';
import { VolumeRestrictions } from './volume-restrictions';
import { VolumeZone } from './volume-zone';

const BETA_ZONE = 'failure-domain.beta.kubernetes.io/zone';
const ZONE = 'topology.kubernetes.io/zone';

const claim = (name: string, accessModes: string[]): Claim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'default', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
  spec: { volumeName: name, accessModes },
});
const volume = (name: string, labels: Record<string, string>): Volume => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name, labels } });
const using = (name: string, ...claims: string[]): Pod => {
  const volumes: corev1.Volume[] = claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));
  return makePod(name, { spec: { volumes } });
};

const NO = 'UnschedulableAndUnresolvable: node(s) had no available volume zone';

it.each<[string, Record<string, string>, Record<string, string>]>([
  ['of no zone, anywhere', {}, { x: 'ok', y: 'ok', nowhere: 'ok' }],
  ['of a zone, there and where no zone is known', { [ZONE]: 'x' }, { x: 'ok', y: NO, nowhere: 'ok' }],
  ['of several zones', { [ZONE]: 'x__y' }, { x: 'ok', y: 'ok', nowhere: 'ok' }],
  ['with a label of old', { [BETA_ZONE]: 'y' }, { x: NO, y: 'ok', nowhere: 'ok' }],
])('VolumeZone: a volume %s', (_, labels, expected) => {
  const nodes = [makeNode('x', { labels: { [ZONE]: 'x' } }), makeNode('y', { labels: { [ZONE]: 'y' } }), makeNode('nowhere')];
  const world: World = { nodes, claims: [claim('v', ['ReadWriteOnce'])], volumes: [volume('v', labels)] };
  expect(filterResults((handle) => new VolumeZone(handle), using('p', 'v'), world)).toEqual(expected);
  expect(filterResults((handle) => new VolumeZone(handle), makePod('p'), world)).toEqual({ x: 'ok', y: 'ok', nowhere: 'ok' });
});

it('VolumeRestrictions: a claim for one pod alone is used by one', () => {
  const other = using('other', 'alone', 'shared');
  const world: World = {
    nodes: [makeNode('a'), makeNode('b')],
    pods: [{ ...other, spec: { containers: [], ...other.spec, nodeName: 'a' } }],
    claims: [claim('alone', ['ReadWriteOncePod']), claim('free', ['ReadWriteOncePod']), claim('shared', ['ReadWriteMany'])],
  };
  const results = (pod: Pod): Record<string, string> => filterResults((handle) => new VolumeRestrictions(handle), pod, world);
  const taken = 'Unschedulable: node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';
  expect(results(using('p', 'alone'))).toEqual({ a: taken, b: taken });
  expect(results(using('p', 'shared', 'free'))).toEqual({ a: 'ok', b: 'ok' });
});
