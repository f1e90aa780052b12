import { ociRuntimeProblem } from './oci-runtime';

describe('ociRuntimeProblem', () => {
  it.each(['runc', 'crun', '/bin/sh'])('takes %s', (program) => {
    expect(ociRuntimeProblem(program)).toBeUndefined();
  });

  it.each([
    ['', /^--oci-runtime: must be a name or a path$/],
    ['bin/crun', /^--oci-runtime: bin\/crun must be a name or an absolute path$/],
    ['/no/such/crun', /^--oci-runtime: \/no\/such\/crun cannot be run: ENOENT/],
    ['/etc/passwd', /^--oci-runtime: \/etc\/passwd cannot be run: EACCES/],
    ['/bin/', /^--oci-runtime: \/bin\/ is no program$/],
  ])('refuses "%s"', (program, problem) => {
    expect(ociRuntimeProblem(program)).toMatch(problem);
  });
});
