import { FieldPath } from '@typekube/apimachinery';
import { firstContainer, messagesOf, podWith } from '../../testing/workloads';
import type { corev1 } from '../../types';
import { validatePodSpec } from './validate-pod-spec';

function problems(change: (spec: corev1.PodSpec) => void): string[] {
  return messagesOf(validatePodSpec(podWith(change).spec, FieldPath.of('spec'), { resourceIsPod: true, podName: 'web' }));
}

function containerProblems(fields: Partial<corev1.Container>): string[] {
  return problems((spec) => void Object.assign(firstContainer(spec), fields)).map((text) =>
    text.replace('spec.containers[0].', ''),
  );
}

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('validatePodSpec', () => {
  it('takes a plain pod', () => {
    expect(problems(() => {})).toEqual([]);
  });

  it.each<[string, Partial<corev1.Container>, string[]]>([
    ['no name', { name: '' }, ['name: Required value']],
    ['a bad name', { name: 'A' }, [`name: Invalid value: "A": ${LABEL}`]],
    ['no image', { image: '' }, ['image: Required value']],
    [
      'a bad pull policy',
      { imagePullPolicy: 'Maybe' },
      ['imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"'],
    ],
    ['a port of 0', { ports: [{ containerPort: 0 }] }, ['ports[0].containerPort: Required value']],
    [
      'a port too high',
      { ports: [{ containerPort: 70000 }] },
      ['ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    [
      'a port name twice',
      {
        ports: [
          { name: 'a', containerPort: 1 },
          { name: 'a', containerPort: 2 },
        ],
      },
      ['ports[1].name: Duplicate value: "a"'],
    ],
    [
      'an unknown protocol',
      { ports: [{ containerPort: 1, protocol: 'ICMP' }] },
      ['ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
    ],
    [
      'a host port twice',
      {
        ports: [
          { containerPort: 1, hostPort: 9 },
          { containerPort: 2, hostPort: 9 },
        ],
      },
      ['ports[1].hostPort: Duplicate value: "TCP//9"'],
    ],
    ['a variable without a name', { env: [{ name: '' }] }, ['env[0].name: Required value']],
    [
      'value and source at once',
      { env: [{ name: 'A', value: 'x', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
      ['env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
    ],
    [
      'an unknown field',
      { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nope' } } }] },
      [
        'env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.nope": error converting fieldPath: field label not supported: spec.nope',
      ],
    ],
    [
      'a divisor of hours',
      { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } }] },
      [
        `env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource`,
      ],
    ],
    ['no source', { envFrom: [{}] }, ['envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`']],
    ['an unknown volume', { volumeMounts: [{ name: 'v', mountPath: '/' }] }, ['volumeMounts[0].name: Not found: "v"']],
    [
      'a request beyond the limit',
      { resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } },
      ['resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      'a negative amount',
      { resources: { requests: { cpu: '-1' } } },
      ['resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
    ],
    [
      'an unknown resource',
      { resources: { requests: { bananas: '1' } } },
      [
        'resources.requests[bananas]: Invalid value: "bananas": must be a standard resource type or fully qualified',
        'resources.requests[bananas]: Invalid value: "bananas": must be a standard resource for containers',
      ],
    ],
    [
      'huge pages alone',
      { resources: { limits: { 'hugepages-2Mi': '2Mi' } } },
      ['resources: Forbidden: HugePages require cpu or memory'],
    ],
    [
      'an unknown claim',
      { resources: { claims: [{ name: 'gpu' }] } },
      ['resources.claims[0]: Not found: "gpu": must be one of the names in pod.spec.resourceClaims which is empty'],
    ],
    ['a probe without a handler', { livenessProbe: {} }, ['livenessProbe: Required value: must specify a handler type']],
    [
      'two handlers',
      { livenessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 1 } } },
      ['livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
    ],
    [
      'a threshold for liveness',
      { livenessProbe: { exec: { command: ['a'] }, successThreshold: 2 } },
      ['livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ],
    [
      'a grace period for readiness',
      { readinessProbe: { exec: { command: ['a'] }, terminationGracePeriodSeconds: 5 } },
      ['readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes'],
    ],
    [
      'a sleep too long',
      { lifecycle: { preStop: { sleep: { seconds: 31 } } } },
      ['lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)'],
    ],
    [
      'privileged without escalation',
      { securityContext: { privileged: true, allowPrivilegeEscalation: false } },
      [
        'securityContext: Invalid value: {"privileged":true,"allowPrivilegeEscalation":false}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      ],
    ],
    [
      'a localhost profile that is not named',
      { securityContext: { seccompProfile: { type: 'Localhost' } } },
      ['securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost'],
    ],
    [
      'rules without a policy',
      { restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }] },
      ['restartPolicy: Required value: must specify restartPolicy when restart rules are used'],
    ],
  ])('refuses a container with %s', (_, fields, expected) => {
    expect(containerProblems(fields)).toEqual(expected);
  });

  it.each<[string, (spec: corev1.PodSpec) => void, string[]]>([
    ['no containers', (s) => void (s.containers = []), ['spec.containers: Required value']],
    [
      'a container name twice',
      (s) => void s.containers.push({ name: 'app', image: 'b' }),
      ['spec.containers[1].name: Duplicate value: "app"'],
    ],
    [
      'a restart policy',
      (s) => void (s.restartPolicy = 'Sometimes'),
      ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'a DNS policy',
      (s) => void (s.dnsPolicy = 'X'),
      ['spec.dnsPolicy: Unsupported value: "X": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"'],
    ],
    [
      'no DNS configuration',
      (s) => void (s.dnsPolicy = 'None'),
      ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
    ],
    [
      'too many nameservers',
      (s) => void (s.dnsConfig = { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] }),
      [
        'spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"]: must not have more than 3 nameservers',
      ],
    ],
    [
      'a host alias',
      (s) => void (s.hostAliases = [{ ip: 'x' }]),
      ['spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    [
      'a probe of an init container',
      (s) => void (s.initContainers = [{ name: 'i', image: 'a', livenessProbe: { exec: { command: ['a'] } } }]),
      ['spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always'],
    ],
    [
      'a toleration without a key',
      (s) => void (s.tolerations = [{ operator: 'Equal' }]),
      [
        'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ],
    ],
    [
      'seconds of another effect',
      (s) => void (s.tolerations = [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 1 }]),
      ['spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set'],
    ],
    [
      'a spread without a skew',
      (s) => void (s.topologySpreadConstraints = [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }]),
      ['spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero'],
    ],
    [
      'a gate twice',
      (s) => void (s.schedulingGates = [{ name: 'a' }, { name: 'a' }]),
      ['spec.schedulingGates[1]: Duplicate value: "a"'],
    ],
    [
      'a deadline of 0',
      (s) => void (s.activeDeadlineSeconds = 0),
      ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
    ],
    [
      'a preemption policy',
      (s) => void (s.preemptionPolicy = 'X'),
      ['spec.preemptionPolicy: Unsupported value: "X": supported values: "PreemptLowerPriority", "Never"'],
    ],
    [
      'namespaces of the host',
      (s) => void Object.assign(s, { hostUsers: false, hostPID: true }),
      ['spec.HostPID: Forbidden: when `pod.Spec.HostUsers` is false'],
    ],
    [
      'a sysctl of the host',
      (s) =>
        void Object.assign(s, { hostNetwork: true, securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] } }),
      [
        'spec.securityContext.sysctls[0].name: Invalid value: "net.core.somaxconn": may not be specified when \'hostNetwork\' is true',
      ],
    ],
    [
      'a setting of linux on windows',
      (s) => void Object.assign(s, { os: { name: 'windows' }, securityContext: { fsGroup: 1 } }),
      ['spec.securityContext.fsGroup: Forbidden: cannot be set for a windows pod'],
    ],
    [
      'an operator of node affinity',
      (s) =>
        void (s.affinity = {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In' }] }],
            },
          },
        }),
      [
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      ],
    ],
    [
      'a weight of pod affinity',
      (s) =>
        void (s.affinity = {
          podAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 101, podAffinityTerm: { topologyKey: 'zone' } }],
          },
        }),
      [
        'spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100',
      ],
    ],
    [
      'a claim without a source',
      (s) => void (s.resourceClaims = [{ name: 'gpu' }]),
      [
        'spec.resourceClaims[0]: Invalid value: {"name":"gpu"}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
      ],
    ],
    [
      'limits of a container beyond the pod',
      (s) => {
        s.resources = { limits: { cpu: '1' } };
        firstContainer(s).resources = { limits: { cpu: '2' }, requests: { cpu: '1' } };
      },
      ['spec.resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1'],
    ],
  ])('refuses a pod with %s', (_, change, expected) => {
    expect(problems(change)).toEqual(expected);
  });
});
