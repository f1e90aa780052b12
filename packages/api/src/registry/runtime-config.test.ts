import { parseRuntimeConfig, type RuntimeResource } from './runtime-config';

const KNOWN = [
  { group: '', version: 'v1' },
  { group: 'apps', version: 'v1' },
  { group: 'resource.k8s.io', version: 'v1' },
  { group: 'resource.k8s.io', version: 'v1beta1' },
  { group: 'resource.k8s.io', version: 'v1alpha3' },
];

const pods: RuntimeResource = { group: '', version: 'v1', plural: 'pods', byDefault: true };
const deployments: RuntimeResource = { group: 'apps', version: 'v1', plural: 'deployments', byDefault: true };
const daemonSets: RuntimeResource = { group: 'apps', version: 'v1', plural: 'daemonsets', byDefault: true };
const betaClaims: RuntimeResource = { group: 'resource.k8s.io', version: 'v1beta1', plural: 'resourceclaims', byDefault: false };
const taintRules: RuntimeResource = { ...betaClaims, version: 'v1alpha3', plural: 'devicetaintrules' };

describe('parseRuntimeConfig', () => {
  it.each<[text: string, enabled: RuntimeResource[], disabled: RuntimeResource[]]>([
    ['', [pods, deployments], [betaClaims, taintRules]],
    ['api/all=true', [pods, deployments, betaClaims, taintRules], []],
    ['api/beta=true', [pods, betaClaims], [taintRules]],
    ['api/alpha=true', [taintRules], [betaClaims]],
    ['api/all=false,api/ga=true', [pods, deployments], [betaClaims]],
    ['api/ga=true,api/all=false', [pods, deployments], [betaClaims]],
    ['api/all=false,/v1=true', [pods], [deployments]],
    ['resource.k8s.io/v1beta1=true', [betaClaims], [taintRules]],
    ['resource.k8s.io/v1beta1', [betaClaims], [taintRules]],
    ['apps/v1=false,apps/v1/deployments=true', [deployments, pods], [daemonSets]],
    ['apps/v1/deployments=0', [daemonSets], [deployments]],
    [' apps/v1 = f , api/beta=true ', [betaClaims], [deployments]],
  ])('%j', (text, enabled, disabled) => {
    const config = parseRuntimeConfig(text, KNOWN);
    expect(enabled.map((resource) => config.isEnabled(resource))).toEqual(enabled.map(() => true));
    expect(disabled.map((resource) => config.isEnabled(resource))).toEqual(disabled.map(() => false));
  });

  it.each([
    ['api/all=false', 'invalid key with only api/all=false'],
    ['api/beta=yes', 'invalid value api/beta=yes'],
    ['v1=true', 'runtime-config invalid key v1'],
    ['apps/v1/deployments/scale=true', 'runtime-config invalid key apps/v1/deployments/scale'],
    ['what.io/v1=true,api/v1=true', 'unknown api groups what.io,api'],
    ['apps/v2=true', 'group version apps/v2 that has not been registered'],
    ['apps/v1=maybe', 'invalid value of apps/v1: maybe, err: strconv.ParseBool: parsing "maybe": invalid syntax'],
    [
      'apps/v1/Deployment=true',
      'invalid key apps/v1/Deployment: group/version/resource and resource is always lowercase plural, not "Deployment"',
    ],
  ])('refuses %j', (text, message) => {
    expect(() => parseRuntimeConfig(text, KNOWN)).toThrow(new Error(message));
  });
});
