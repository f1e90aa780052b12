import { eventually } from '@typekube/client/testing';
import { MetricsCluster } from '@typekube/metrics-server/testing';
import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';

/** A metrics-server that is asked through the API server. */
describe('kubectl top', () => {
  let cluster: MetricsCluster;
  const kubectlOf = (version: (typeof KUBECTL_VERSIONS)[number]): Kubectl => new Kubectl(version, { kubeconfig: cluster.api.kubeconfigPath, dataDir: cluster.folder });

  beforeAll(async () => {
    cluster = await MetricsCluster.start();
    await cluster.measure();
    await kubectlOf('1.35').ok(['wait', 'apiservice/v1beta1.metrics.k8s.io', '--for=condition=Available', '--timeout=60s']);
    await eventually(async () => (await kubectlOf('1.35').run(['get', 'nodes.metrics.k8s.io', 'n'])).code === 0);
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const columns = (text: string): string[][] => text.trim().split('\n').map((line) => line.trim().split(/ +/));

  describe.each(KUBECTL_VERSIONS)('%s', (version) => {
    const top = async (...args: string[]): Promise<string[][]> => columns(await kubectlOf(version).ok(['top', ...args, '--no-headers']));

    it('shows nodes', async () => {
      const [first, second] = await top('nodes');
      expect(first).toEqual(['n', '250m', '12%', '1024Mi', '25%']);
      expect(second?.slice(0, 2)).toEqual(['m', '<unknown>']);
      expect(await top('node', 'n')).toEqual([first]);
      expect(await top('nodes', '-l', 'zone=a')).toEqual([first]);
    });

    it('shows pods and their containers', async () => {
      const [web, db] = [['web', '200m', '128Mi'], ['db', '100m', '64Mi']];
      expect(await top('pods')).toEqual([db, web]);
      expect(await top('pods', '--sort-by=cpu')).toEqual([web, db]);
      expect(await top('pods', '-l', 'app=web')).toEqual([web]);
      expect(await top('pods', '-A', '--field-selector=metadata.name=db')).toEqual([['default', ...db]]);
      expect(await top('pod', 'web', '--containers')).toEqual([['web', 'a', '100m', '64Mi'], ['web', 'b', '100m', '64Mi']]);
    });

    it('says that a pod is not known', async () => {
      expect(await kubectlOf(version).fails(['top', 'pod', 'none'])).toContain('Error from server (NotFound): pods "none" not found');
    });

    it('comes with the API itself', async () => {
      expect(columns(await kubectlOf(version).ok(['get', 'pods.metrics.k8s.io']))).toEqual([['NAME', 'CPU', 'MEMORY', 'WINDOW'], ['db', '100m', '64Mi', '1m0s'], ['web', '200m', '128Mi', '1m0s']]);
      expect(JSON.parse(await kubectlOf(version).ok(['get', '--raw', '/apis/metrics.k8s.io/v1beta1/nodes/n'])).usage).toEqual({ cpu: '250m', memory: '1Gi' });
    });
  });
});
