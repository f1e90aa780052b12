import { startFailureText } from './start-failure';

describe('startFailureText', () => {
  const create = (text: string): string => `failed to create shim task: OCI runtime create failed: ${text}: unknown`;

  it.each([
    ['executable file `/no/such` not found in $PATH: No such file or directory', '/no/such', 'exec: "/no/such": stat /no/such: no such file or directory'],
    ['executable file `nosuch` not found in $PATH: No such file or directory', 'nosuch', 'exec: "nosuch": executable file not found in $PATH'],
    ['open executable: Operation not permitted', '/bin', 'exec: "/bin": permission denied'],
    ['open executable: Operation not permitted', './bin', 'exec: "./bin": permission denied'],
    ['open executable: Operation not permitted', '', 'exec: "": executable file not found in $PATH'],
    ['open executable: Permission denied', '/etc/passwd', 'exec: "/etc/passwd": permission denied'],
    ['open executable: Not a directory', '/etc/passwd/x', 'exec: "/etc/passwd/x": stat /etc/passwd/x: not a directory'],
  ])('%s of "%s"', (crun, program, expected) => {
    expect(startFailureText(create(crun), program)).toBe(create(`unable to start container process: ${expected}`));
  });

  it.each([
    'runc create failed: unable to start container process: exec: "/bin": permission denied',
    'chdir `/etc/passwd`: Not a directory',
    'mount `/a` to `bin`: Not a directory',
  ])('leaves alone: %s', (text) => {
    expect(startFailureText(create(text), '/bin')).toBe(create(text));
  });
});
