import { podOf } from '../testing/objects';
import { hostsText } from './hosts-file';

it('writes the hosts of a pod', () => {
  const text = hostsText(
    podOf(['a'], { subdomain: 'sub', hostAliases: [{ ip: '1.2.3.4', hostnames: ['x', 'y'] }] }),
    ['10.0.0.5'],
    'cluster.local',
  );
  expect(text).toContain('# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n');
  expect(text).toContain('10.0.0.5\tweb.sub.default.svc.cluster.local\tweb\n');
  expect(text).toContain('\n# Entries added by HostAliases.\n1.2.3.4\tx\ty\n');
});
