import { versionText } from '@typekube/component-base';

/** `kube-scheduler/v1.36.0 (linux/amd64) typekube`, in the form of client-go's default user agent. */
export function userAgent(component: string): string {
  const version = versionText().split(' ').at(-1) ?? '';
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return `${component}/${version} (${process.platform}/${architecture}) typekube`;
}
