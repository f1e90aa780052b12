import { parseFlags } from '@typekube/component-base';
import { program } from './flags';
import { tlsOptions } from './tls-flags';

function optionsOf(...argv: string[]): ReturnType<typeof tlsOptions> {
  const outcome = parseFlags(program, argv);
  if (outcome.action !== 'run') throw new Error('not to be run');
  return tlsOptions(outcome.options.serving);
}

it.each([
  [[], { minVersion: 'TLSv1.2' }],
  [['--tls-min-version=VersionTLS13'], { minVersion: 'TLSv1.3' }],
  [['--tls-min-version=VersionTLS11'], { minVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }],
  [
    ['--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
    {
      minVersion: 'TLSv1.2',
      ciphers:
        'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305',
    },
  ],
])('%j', (argv, options) => {
  expect(optionsOf(...argv)).toEqual(options);
});

it.each([
  ['--tls-min-version=1.2', 'invalid argument "1.2" for "--tls-min-version" flag: unknown tls version "1.2"'],
  ['--tls-min-version=constructor', 'unknown tls version "constructor"'],
  ['--tls-cipher-suites=AES128-SHA', `Cipher suite AES128-SHA not supported or doesn't exist`],
])('refuses %s', (flag, message) => {
  expect(() => optionsOf(flag)).toThrow(message);
});
