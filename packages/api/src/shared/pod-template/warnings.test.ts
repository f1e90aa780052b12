import { FieldPath } from '@typekube/apimachinery';
import { firstContainer, template } from '../../testing/workloads';
import type { corev1 } from '../../types';
import { warningsForPodTemplate } from './warnings';

describe('warningsForPodTemplate', () => {
  it.each<[string, (spec: corev1.PodSpec) => void, string[]]>([
    ['nothing', () => {}, []],
    [
      'a host alias twice',
      (s) => void (s.hostAliases = [{ ip: '1.1.1.1' }, { ip: '1.1.1.1' }]),
      ['t.spec.hostAliases[1].ip: duplicate ip "1.1.1.1"'],
    ],
    [
      'pull secrets',
      (s) => void (s.imagePullSecrets = [{ name: 'a' }, { name: 'a' }, {}]),
      ['t.spec.imagePullSecrets[1].name: duplicate name "a"', 't.spec.imagePullSecrets[2].name: invalid empty name ""'],
    ],
    [
      'a part of a byte',
      (s) => void (firstContainer(s).resources = { limits: { memory: '100m' } }),
      ['t.spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer'],
    ],
    [
      'a selector that is missing',
      (s) => void (s.topologySpreadConstraints = [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }]),
      ['t.spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod'],
    ],
    [
      'a preferred affinity without its preference, which is refused and not warned of',
      (s) => void (s.affinity = JSON.parse('{"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}}')),
      [],
    ],
    [
      'a negative grace period',
      (s) => void (s.terminationGracePeriodSeconds = -1),
      ['t.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1'],
    ],
    [
      'a port twice',
      (s) => void (firstContainer(s).ports = [{ containerPort: 1 }, { containerPort: 1 }]),
      ['t.spec.containers[0].ports[1]: duplicate port definition with t.spec.containers[0].ports[0]'],
    ],
    [
      'an address without a port',
      (s) => void (firstContainer(s).ports = [{ containerPort: 1, hostIP: '1.1.1.1', protocol: 'TCP' }]),
      [
        't.spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:1 Protocol:TCP HostIP:1.1.1.1}',
      ],
    ],
  ])('warns of %s', (_, change, expected) => {
    expect(warningsForPodTemplate(template(change), FieldPath.of('t'))).toEqual(expected);
  });

  it('warns of annotations of the past', () => {
    const object = template();
    object.metadata = {
      annotations: {
        'scheduler.alpha.kubernetes.io/critical-pod': '',
        'container.apparmor.security.beta.kubernetes.io/app': 'unconfined',
      },
    };
    expect(warningsForPodTemplate(object, FieldPath.of('t'))).toEqual([
      't.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
      't.metadata.annotations[container.apparmor.security.beta.kubernetes.io/app]: deprecated since v1.30; use the "appArmorProfile" field instead',
    ]);
  });
});
