import { CertificatePool, MetricsRegistry } from '@typekube/component-base';
import { TestServer } from '../testing';
import { AuthenticationError } from './authenticator';
import { bearerTokens } from './bearer-tokens';
import { clientCertificate } from './client-certificate';
import { certificateMetrics, tokenMetrics } from './metrics';
import { clientIdentity, testCA } from '../testing/test-server';

const USER = { user: { name: 'jane', groups: [] }, audiences: [] };

it('tells tokens that are known at once from those that have to be found out', async () => {
  const registry = new MetricsRegistry();
  const { authenticateToken: find } = bearerTokens(
    () => [
      {
        authenticateToken(token) {
          if (token === 'known') return USER;
          if (token === 'wrong') throw new AuthenticationError('wrong');
          return token === 'late' ? Promise.resolve(USER) : Promise.reject(new Error('no answer'));
        },
      },
    ],
    [],
    tokenMetrics(registry),
  );
  for (const token of ['known', 'known', 'late', 'wrong', 'lost']) await Promise.resolve().then(() => find?.(token)).catch(() => undefined);
  const { body } = await registry.expose();
  for (const line of [
    'authentication_token_cache_request_total{status="hit"} 2',
    'authentication_token_cache_request_total{status="miss"} 3',
    'authentication_token_cache_fetch_total{status="ok"} 1',
    'authentication_token_cache_fetch_total{status="error"} 2',
    'authentication_token_cache_active_fetch_count{status="in_flight"} 0',
    'authentication_token_cache_request_duration_seconds_count{status="hit"} 2',
  ]) {
    expect(body.split('\n')).toContain(line);
  }
});

it('tells how long the certificates of clients last', async () => {
  const registry = new MetricsRegistry();
  const pool = new CertificatePool(testCA.certificate, 'test');
  await using server = await TestServer.start({ namespaces: [], moreAuthenticators: [clientCertificate(() => pool, certificateMetrics(registry))] });
  await server.client({ identity: clientIdentity({ commonName: 'jane', organizations: [] }) }).http1({ method: 'GET', path: '/api' });
  const { body } = await registry.expose();
  expect(body).toContain('apiserver_client_certificate_expiration_seconds_bucket{le="0"} 0');
  expect(body).toContain('apiserver_client_certificate_expiration_seconds_count 1');
});
