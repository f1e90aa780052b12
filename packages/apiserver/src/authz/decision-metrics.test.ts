import { MetricsRegistry } from '@typekube/component-base';
import { alwaysAllow, alwaysDeny, type Authorizer } from './authorizer';
import { counted, decisionMetrics } from './metrics';

it('counts what an authorizer decides, at once or later, and not what it leaves to the next', async () => {
  const registry = new MetricsRegistry();
  const of = decisionMetrics(registry)({ type: 'Webhook', name: 'w' });
  const attributes = { user: { name: 'jane', groups: [] } } as unknown as Parameters<Authorizer['authorize']>[0];
  const late: Authorizer = { authorize: () => Promise.resolve({ decision: 'Deny', reason: '' }) };
  expect(await counted(alwaysAllow, of).authorize(attributes)).toMatchObject({ decision: 'Allow' });
  await counted(late, of).authorize(attributes);
  await counted(alwaysDeny, of).authorize(attributes);
  const { body } = await registry.expose();
  expect(body.split('\n').filter((line) => line.startsWith('apiserver_authorization_decisions_total'))).toEqual([
    'apiserver_authorization_decisions_total{type="Webhook",name="w",decision="allowed"} 1',
    'apiserver_authorization_decisions_total{type="Webhook",name="w",decision="denied"} 1',
  ]);
});
