import { parseFlags } from '@typekube/component-base';
import { featureGateWarnings } from './feature-gates';
import { program } from './flags';

function warningsOf(value: string): string[] {
  const outcome = parseFlags(program, [`--feature-gates=${value}`]);
  if (outcome.action !== 'run') throw new Error('not to be run');
  return featureGateWarnings(outcome.options.features.featureGates);
}

it.each([
  ['WatchList=true,SidecarContainers=true', []],
  ['WatchList=false,kube:HPAScaleToZero=true', ['--feature-gates: HPAScaleToZero=true,WatchList=false without effect: this server has no such switch, it is as with the defaults']],
])('gates of v1.36 are known, and what has no effect is said: %s', (value, warnings) => {
  expect(warningsOf(value)).toEqual(warnings);
});

it('says what setting a whole stage would change', () => {
  expect(warningsOf('AllAlpha=true')[0]).toContain('GangScheduling=true');
});

it.each([
  ['NoSuchThing=true', 'unrecognized feature gate: NoSuchThing'],
  ['SidecarContainers=false', 'cannot set feature gate SidecarContainers to false, feature is locked to true'],
  ['WatchList', 'missing bool value for WatchList'],
])('refuses %s', (value, message) => {
  expect(() => warningsOf(value)).toThrow(message);
});
