import { dialText } from './port-forward';

it('tells of a port that nobody listens on as others do', () => {
  expect(dialText(81, [{ code: 'ECONNREFUSED', message: 'x' }, { code: 'EODD', message: 'odd' }])).toBe(
    'IPv4: dial tcp4 127.0.0.1:81: connect: connection refused IPv6 dial tcp6 [::1]:81: connect: odd',
  );
});
