import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admissionFromFlags, type AdmissionFlags } from './from-flags';

const FLAGS: AdmissionFlags = {
  enableAdmissionPlugins: [],
  disableAdmissionPlugins: [],
  admissionControlConfigFile: undefined,
  defaultNotReadyTolerationSeconds: 300,
  defaultUnreachableTolerationSeconds: 300,
};

it.each<[string, Partial<AdmissionFlags>, string]>([
  ['an unknown name', { enableAdmissionPlugins: ['Nope'] }, 'enable-admission-plugins plugin "Nope" is unknown'],
  ['an unknown name to disable', { disableAdmissionPlugins: ['Nope'] }, 'disable-admission-plugins plugin "Nope" is unknown'],
  [
    'a name on both lists',
    { enableAdmissionPlugins: ['Priority'], disableAdmissionPlugins: ['Priority'] },
    '[Priority] in enable-admission-plugins and disable-admission-plugins overlapped',
  ],
  [
    'what is not there yet',
    { enableAdmissionPlugins: ['NodeDeclaredFeatureValidator'] },
    'enable-admission-plugins plugin "NodeDeclaredFeatureValidator" is not supported yet',
  ],
  [
    'a file that is not there',
    { admissionControlConfigFile: '/nowhere/admission.yaml' },
    'unable to read admission control configuration from "/nowhere/admission.yaml"',
  ],
])('refuses %s', async (_what, flags, message) => {
  await expect(admissionFromFlags({ ...FLAGS, ...flags })).rejects.toThrow(message);
});

describe('with a configuration file', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'typekube-admission-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function start(text: string): Promise<unknown> {
    const path = join(folder, 'admission.yaml');
    await writeFile(path, text);
    return admissionFromFlags({ ...FLAGS, admissionControlConfigFile: path });
  }

  const HEAD = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n- name: ResourceQuota\n';
  const QUOTA = 'apiVersion: apiserver.config.k8s.io/v1\nkind: ResourceQuotaConfiguration\n';

  it('reads what stands in it', async () => {
    const inline = '  configuration: {apiVersion: resourcequota.admission.k8s.io/v1beta1, kind: ResourceQuotaConfiguration, limitedResources: []}\n';
    await expect(start(HEAD + inline)).resolves.toBeDefined();
  });

  it('reads a file beside it', async () => {
    await writeFile(join(folder, 'quota.yaml'), `${QUOTA}limitedResources:\n- resource: pods\n`);
    await expect(start(`${HEAD}  path: quota.yaml\n`)).resolves.toBeDefined();
  });

  it('names the plugin and the field that is wrong', async () => {
    await writeFile(join(folder, 'quota.yaml'), `${QUOTA}limited: []\n`);
    const message = `couldn't init admission plugin "ResourceQuota": strict decoding error: unknown field "limited"`;
    await expect(start(`${HEAD}  path: quota.yaml\n`)).rejects.toThrow(message);
  });
});
