import { newBadRequest } from '@typekube/apimachinery';
import type { corev1, ServedResource } from '@typekube/api';
import { proxyTunnel, proxyUpgrade, tunnelledProtocols } from '@typekube/streaming';
import { requireVerb } from '../../authz/require-verb';
import type { ServerCore } from '../../handlers/core';
import type { VerbHandler } from '../../handlers/resource-handler';
import type { ApiRequest, ApiResponse } from '../../http/messages';
import { admitConnection } from '../connect';
import { chooseContainer, readPod } from './pod-location';

const OPTIONS = { exec: 'PodExecOptions', attach: 'PodAttachOptions', portForward: 'PodPortForwardOptions' } as const;

/**
 * `kubectl exec`, `attach` and `port-forward`: the connection is passed on to the kubelet, whatever protocol the two speak. Only of SPDY within a WebSocket
 * kubelets know nothing: they get what is in it.
 */
export function streamHandler(kind: 'exec' | 'attach' | 'portForward'): VerbHandler {
  return async (core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse) => {
    const { upgraded, context } = request;
    if (!upgraded) throw newBadRequest('Upgrade request required');
    // Over WebSocket it is a GET: who may only read must not run commands by it (upstream's AuthorizePodWebsocketUpgradeCreatePermission).
    await requireVerb(core.authorizer, context, 'create');
    const admitted = await admitConnection(core, served, request, OPTIONS[kind]);
    const pod = await readPod(core, served, request);
    const container = kind === 'portForward' ? undefined : chooseContainer(pod, admitted.container);
    const url = kubeletUrl(core, pod, kind, container);
    url.search = admitted.kubeletQuery.toString();
    response.detachSocket(upgraded.socket);
    // The client's credentials are for this server alone.
    const target = { url, tls: core.kubelet.tls, headers: { authorization: undefined, host: url.host }, onAnswer: context.onUpgraded };
    const [tunnelled] = kind === 'portForward' ? tunnelledProtocols(request) : [];
    if (tunnelled === undefined) await proxyUpgrade({ request, ...upgraded }, target);
    else await proxyTunnel({ request, ...upgraded }, tunnelled, target);
    response.emit('close');
  };
}

function kubeletUrl(core: ServerCore, { metadata, spec }: corev1.Pod, kind: string, container: string | undefined): URL {
  if (!spec?.nodeName) throw newBadRequest(`pod ${metadata.name ?? ''} does not have a host assigned`);
  const url = core.kubelet.urlOf(spec.nodeName, core);
  url.pathname = ['', kind, metadata.namespace ?? '', metadata.name ?? '', ...(container ? [container] : [])].join('/');
  return url;
}
