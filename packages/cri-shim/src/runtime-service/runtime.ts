import { cri } from '@typekube/cri-api';
import { detailsOf } from '../errors';
import type { Shim } from '../shim';

export async function version({ backend }: Shim): Promise<cri.IVersionResponse> {
  return { version: '0.1.0', runtimeName: 'typekube-cri-shim', runtimeVersion: await backend.version(), runtimeApiVersion: 'v1' };
}

/** Ready when containerd answers and a pod network is configured. Both conditions have upstream's names and reasons. */
export async function runtimeStatus({ backend, network, host }: Shim, { verbose }: cri.StatusRequest): Promise<cri.IStatusResponse> {
  const unreachable = await backend.version().then(
    () => undefined,
    (error: unknown) => detailsOf(error),
  );
  const noNetwork = await network.problem();
  return {
    status: {
      conditions: [
        condition('RuntimeReady', unreachable, 'ContainerdNotReady'),
        condition('NetworkReady', noNetwork && `Network plugin returns error: ${noNetwork}`, 'NetworkPluginNotReady'),
      ],
    },
    runtimeHandlers: ['', 'runc'].map((name) => ({ name, features: { recursiveReadOnlyMounts: false, userNamespaces: false } })),
    features: { supplementalGroupsPolicy: true, userNamespacesHostNetwork: false },
    ...(verbose && { info: { host: JSON.stringify(host) } }),
  };
}

function condition(type: string, problem: string | undefined, reason: string): cri.IRuntimeCondition {
  return problem === undefined ? { type, status: true } : { type, status: false, reason, message: problem };
}

export async function runtimeConfig(): Promise<cri.IRuntimeConfigResponse> {
  return { linux: { cgroupDriver: cri.CgroupDriver.CGROUPFS } };
}
