import { cri, type Handlers } from '@typekube/cri-api';
import { imageFsInfo, imageStatus, listImages, pullImage, removeImage } from './image-service/images';
import { createContainer } from './runtime-service/create-container';
import { attach } from './runtime-service/attach';
import { exec } from './runtime-service/exec';
import { execSync } from './runtime-service/exec-sync';
import { portForward } from './runtime-service/port-forward';
import { containerStatus, inBatches, listContainers, listPodSandbox, podSandboxStatus } from './runtime-service/list-and-status';
import { getContainerEvents, reopenContainerLog } from './runtime-service/logs-and-events';
import { removeContainer } from './runtime-service/remove-container';
import { removePodSandbox } from './runtime-service/remove-pod-sandbox';
import { runPodSandbox } from './runtime-service/run-pod-sandbox';
import { runtimeConfig, runtimeStatus, version } from './runtime-service/runtime';
import { startContainer } from './runtime-service/start-container';
import { containerStats, listContainerStats, listPodSandboxStats, podSandboxStats } from './runtime-service/stats';
import { stopContainer } from './runtime-service/stop-container';
import { stopPodSandbox } from './runtime-service/stop-pod-sandbox';
import { updateContainerResources } from './runtime-service/update-container-resources';
import type { Shim } from './shim';

/** The calls of CRI's runtime service; those that are not here are answered with UNIMPLEMENTED. */
export function runtimeService(shim: Shim): Handlers<typeof cri.RuntimeService> {
  return {
    Version: () => version(shim),
    Status: (request) => runtimeStatus(shim, request),
    RuntimeConfig: runtimeConfig,
    // The pod network's range stands in the CNI configuration.
    UpdateRuntimeConfig: async () => ({}),

    RunPodSandbox: (request) => runPodSandbox(shim, request),
    StopPodSandbox: (request) => stopPodSandbox(shim, request),
    RemovePodSandbox: (request) => removePodSandbox(shim, request),
    PodSandboxStatus: (request) => podSandboxStatus(shim, request),
    ListPodSandbox: (request) => listPodSandbox(shim, request),
    StreamPodSandboxes: async function* ({ filter }) {
      for await (const podSandboxes of inBatches((await listPodSandbox(shim, { filter })).items ?? [])) yield { podSandboxes };
    },
    // The kubelet has changed the pod's cgroup by itself when it says so; there is nothing else to change.
    UpdatePodSandboxResources: async () => ({}),

    CreateContainer: (request) => createContainer(shim, request),
    StartContainer: (request) => startContainer(shim, request),
    StopContainer: (request) => stopContainer(shim, request),
    RemoveContainer: (request) => removeContainer(shim, request),
    ContainerStatus: (request) => containerStatus(shim, request),
    ListContainers: (request) => listContainers(shim, request),
    StreamContainers: async function* ({ filter }) {
      for await (const containers of inBatches((await listContainers(shim, { filter })).containers ?? [])) yield { containers };
    },
    UpdateContainerResources: (request) => updateContainerResources(shim, request),
    ReopenContainerLog: (request) => reopenContainerLog(shim, request),
    ExecSync: (request) => execSync(shim, request),
    Exec: (request) => exec(shim, request),
    Attach: (request) => attach(shim, request),
    PortForward: (request) => portForward(shim, request),

    ContainerStats: (request) => containerStats(shim, request),
    ListContainerStats: (request) => listContainerStats(shim, request),
    StreamContainerStats: async function* ({ filter }) {
      for await (const containerStats of inBatches((await listContainerStats(shim, { filter })).stats ?? [])) yield { containerStats };
    },
    PodSandboxStats: (request) => podSandboxStats(shim, request),
    ListPodSandboxStats: (request) => listPodSandboxStats(shim, request),
    StreamPodSandboxStats: async function* ({ filter }) {
      for await (const podSandboxStats of inBatches((await listPodSandboxStats(shim, { filter })).stats ?? [])) yield { podSandboxStats };
    },
    GetContainerEvents: (_request, { signal }) => getContainerEvents(shim, signal),
  };
}

export function imageService(shim: Shim): Handlers<typeof cri.ImageService> {
  return {
    ListImages: (request) => listImages(shim, request),
    StreamImages: async function* ({ filter }) {
      for await (const images of inBatches((await listImages(shim, { filter })).images ?? [])) yield { images };
    },
    ImageStatus: (request) => imageStatus(shim, request),
    PullImage: (request, { signal }) => pullImage(shim, request, signal),
    RemoveImage: (request) => removeImage(shim, request),
    ImageFsInfo: () => imageFsInfo(shim),
  };
}
