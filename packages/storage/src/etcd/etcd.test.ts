import { describeStore, startEtcd } from '../testing';
import { openEtcdStore } from './open';

describeStore('etcd', async () => {
  const etcd = await startEtcd();
  return {
    open: () => openEtcdStore({ endpoints: [etcd.endpoint] }),
    crash: () => etcd.restart(),
    dispose: () => etcd.stop(),
  };
});
