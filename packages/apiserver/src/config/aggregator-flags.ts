import { inputFileFlag, type Options, section } from '@typekube/component-base';

/** How this server shows extension API servers who it is. */
export const aggregator = section('API aggregation', {
  proxyClientCertFile: inputFileFlag({ help: 'Client certificate used to prove the identity of the aggregator when it must call out during a request. Without effect yet: requests are not passed on to extension API servers.' }),
  proxyClientKeyFile: inputFileFlag({ help: 'Private key for the client certificate used to prove the identity of the aggregator when it must call out during a request. Without effect yet.' }),
});

type AggregatorFlags = Options<{ a: typeof aggregator }>['a'];

/** What is to be said of these flags at start. Fails with a message for the command line. */
export function aggregatorWarnings({ proxyClientCertFile: certificate, proxyClientKeyFile: key }: AggregatorFlags): string[] {
  if (Boolean(certificate) !== Boolean(key)) throw new Error('--proxy-client-cert-file and --proxy-client-key-file must be specified together');
  return certificate ? ['--proxy-client-cert-file has no effect yet: requests are not passed on to extension API servers'] : [];
}
