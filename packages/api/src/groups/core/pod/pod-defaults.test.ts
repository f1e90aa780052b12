import { firstContainer, podWith } from '../../../testing/workloads';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';

describe('defaults of pods', () => {
  it('fills in what upstream fills in', () => {
    expect(podWith().spec).toEqual({
      containers: [
        {
          name: 'app',
          image: 'nginx:1',
          imagePullPolicy: 'IfNotPresent',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    });
  });

  it.each([
    [{ podIP: '10.0.0.1' }, { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] }],
    [{ podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }, { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }],
    [{ podIP: '10.0.0.2', podIPs: [{ ip: '10.0.0.1' }] }, { podIP: '10.0.0.2', podIPs: [{ ip: '10.0.0.2' }] }],
    [{ podIPs: [] }, { podIPs: [] }],
  ])('makes one of the two ways to give addresses, %j', (status, want) => {
    const pod: corev1.Pod = { ...podWith(), status };
    setDefaults(pod);
    expect(pod.status).toEqual(want);
  });

  it('fills in probes, hooks, ports, environment and resources', () => {
    const { spec } = podWith((pod) => {
      Object.assign(firstContainer(pod), {
        livenessProbe: { httpGet: { port: 80 } },
        readinessProbe: { grpc: { port: 1 }, periodSeconds: 5 },
        lifecycle: { preStop: { httpGet: { port: 1 } } },
        ports: [{ containerPort: 80 }],
        env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } },
      });
    });
    expect(firstContainer(spec)).toMatchObject({
      livenessProbe: {
        httpGet: { port: 80, path: '/', scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      readinessProbe: { grpc: { port: 1, service: '' }, periodSeconds: 5 },
      lifecycle: { preStop: { httpGet: { port: 1, path: '/', scheme: 'HTTP' } } },
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } } }],
      resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '1Gi' } },
    });
  });

  it('takes host ports from container ports on the host network', () => {
    const { spec } = podWith((pod) => {
      pod.hostNetwork = true;
      firstContainer(pod).ports = [{ containerPort: 80 }];
    });
    expect(firstContainer(spec).ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
  });

  it('rounds amounts up to thousandths', () => {
    const { spec } = podWith((pod) => {
      firstContainer(pod).resources = { requests: { cpu: '1500u' } };
    });
    expect(firstContainer(spec).resources).toEqual({ requests: { cpu: '2m' } });
  });

  it('fills in requests of the pod as a whole from its containers and its limits', () => {
    const { spec } = podWith((pod) => {
      pod.resources = { limits: { cpu: '2', memory: '1Gi' } };
      firstContainer(pod).resources = { requests: { cpu: '500m' } };
    });
    expect(spec.resources?.requests).toEqual({ cpu: '500m', memory: '1Gi' });
  });

  it.each([
    [{ name: 'v' }, { name: 'v', emptyDir: {} }],
    [
      { name: 'v', secret: {} },
      { name: 'v', secret: { defaultMode: 420 } },
    ],
    [
      { name: 'v', configMap: { name: 'c', defaultMode: 256 } },
      { name: 'v', configMap: { name: 'c', defaultMode: 256 } },
    ],
    [
      { name: 'v', hostPath: { path: '/' } },
      { name: 'v', hostPath: { path: '/', type: '' } },
    ],
    [
      { name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
      { name: 'v', projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }] } },
    ],
    [
      { name: 'v', ephemeral: { volumeClaimTemplate: { spec: {} } } },
      { name: 'v', ephemeral: { volumeClaimTemplate: { metadata: {}, spec: { volumeMode: 'Filesystem', resources: {} } } } },
    ],
    [
      { name: 'v', iscsi: { iqn: 'i', lun: 0, targetPortal: 't' } },
      { name: 'v', iscsi: { iqn: 'i', lun: 0, targetPortal: 't', iscsiInterface: 'default' } },
    ],
    [
      { name: 'v', azureDisk: { diskName: 'd', diskURI: 'u' } },
      {
        name: 'v',
        azureDisk: { diskName: 'd', diskURI: 'u', cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false },
      },
    ],
    [
      { name: 'v', image: { reference: 'a' } },
      { name: 'v', image: { reference: 'a', pullPolicy: 'Always' } },
    ],
  ])('fills in the volume %j', (volume, expected) => {
    expect(podWith((pod) => void (pod.volumes = [volume])).spec.volumes).toEqual([expected]);
  });
});
