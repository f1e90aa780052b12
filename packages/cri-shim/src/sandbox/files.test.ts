import { resolvConf } from './files';

describe('resolvConf', () => {
  it('writes what is set, in the order that resolvers expect', () => {
    const text = resolvConf({ servers: ['10.0.0.10', '10.0.0.11'], searches: ['a.svc.cluster.local', 'svc.cluster.local'], options: ['ndots:5'] });
    expect(text).toBe('search a.svc.cluster.local svc.cluster.local\nnameserver 10.0.0.10\nnameserver 10.0.0.11\noptions ndots:5\n');
  });

  it('leaves out what is not', () => expect(resolvConf({ servers: ['1.2.3.4'], searches: [], options: [] })).toBe('nameserver 1.2.3.4\n'));
});
