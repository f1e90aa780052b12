import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { down, type DownOptions } from './commands/down';
import { importImage } from './commands/image';
import { logs } from './commands/logs';
import { removePods } from './commands/remove-pods';
import { status } from './commands/status';
import { supervise } from './commands/supervise';
import { up, type UpOptions } from './commands/up';
import { layoutOf } from './cluster/layout';

/** The components' binaries stand beside this one, or where npm links them: in a checkout or in an installation. */
const ownFolder = dirname(realpathSync(process.argv[1] ?? '.'));
const binFolders = [resolve(ownFolder, '../../../node_modules/.bin'), resolve(ownFolder, '../../../.bin')].filter((path) => existsSync(path));
process.env['PATH'] = [...binFolders, process.env['PATH']].join(delimiter);

const program = new Command('typekube').description('A Kubernetes cluster on this machine, in TypeScript.').version('0.1.0');

const withDataDir = (name: string, description: string): Command => {
  return program.command(name).description(description).option('--data-dir <folder>', 'where everything of the cluster lies', '/var/lib/typekube');
};

withDataDir('up', 'start a cluster, and wait until its node is ready')
  .option('--node-name <name>', 'default: the host name')
  .option('--node-ip <address>', "default: the machine's first address")
  .option('--port <port>', "the API server's port", Number, 6443)
  .option('--pod-cidr <cidr>', 'the addresses of pods', '10.244.0.0/24')
  .option('--service-cidr <cidr>', 'the addresses of services', '10.96.0.0/16')
  .option('--without <components>', 'components not to start, comma separated: run others in their place', (text: string) => text.split(','), [])
  .option('--oci-runtime <program>', 'what makes containers, by name or path; default: crun where it works, else runc')
  .option('--timeout <seconds>', 'how long to wait for the node', Number, 60)
  .action((options: UpOptions) => up(options));

withDataDir('down', 'stop the cluster')
  .option('--purge', 'also remove its data', false)
  .action((options: DownOptions) => down(options));

withDataDir('status', 'show the processes of the cluster').action(status);

withDataDir('logs <component>', 'print the log of a component').action(logs);

withDataDir('kubeconfig', "print the admin's kubeconfig").action(({ dataDir }: { dataDir: string }) => {
  const { root, adminKubeconfig } = layoutOf(resolve(dataDir));
  if (!existsSync(adminKubeconfig)) throw new Error(`there is no cluster in ${root}`);
  process.stdout.write(readFileSync(adminKubeconfig));
});

program
  .command('image')
  .description('images of the cluster')
  .command('import <file>')
  .description('import a docker or OCI archive')
  .option('--data-dir <folder>', 'where everything of the cluster lies', '/var/lib/typekube')
  .action(importImage);

program.command('supervise <data-dir> <options>', { hidden: true }).action(supervise);

program.command('remove-pods <data-dir>', { hidden: true }).action(removePods);

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
