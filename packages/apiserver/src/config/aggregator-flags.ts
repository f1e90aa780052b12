import { booleanFlag, inputFileFlag, type Options, section } from '@typekube/component-base';

/** How this server reaches extension API servers, and shows them who it is. */
export const aggregator = section('API aggregation', {
  proxyClientCertFile: inputFileFlag({
    help: 'Client certificate used to prove the identity of the aggregator when it must call out during a request. It is expected that it is signed by the CA from the --requestheader-client-ca-file flag, which is published in the extension-apiserver-authentication config map in the kube-system namespace, so that extension API servers can believe it.',
  }),
  proxyClientKeyFile: inputFileFlag({ help: 'Private key for the client certificate used to prove the identity of the aggregator when it must call out during a request.' }),
  enableAggregatorRouting: booleanFlag({
    default: true,
    help: "Turns on aggregator routing requests to endpoints IP rather than cluster IP. Upstream has it off unless it is given; here it is on, as this machine need not have the rules that make cluster IPs work.",
  }),
  aggregatorRejectForwardingRedirect: booleanFlag({ default: true, help: 'Aggregator reject forwarding redirect response back to client.' }),
});

export type AggregatorFlags = Options<{ a: typeof aggregator }>['a'];
