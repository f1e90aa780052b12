import { execFileSync } from 'node:child_process';
import { shellWord } from './shell-word';

it.each(['/var/lib/typekube/admin.kubeconfig', '/data of mine/a', "it's", '$HOME `id` \\'])('is taken for %s by a shell', (text) => {
  expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
});

it('leaves an ordinary path as it is', () => {
  expect(shellWord('/var/lib/typekube/admin.kubeconfig')).toBe('/var/lib/typekube/admin.kubeconfig');
});
