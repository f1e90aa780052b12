import { FeatureGates, featureGatesFlag } from './feature-gates';

const gates = new FeatureGates({
  NewThing: { default: false, stage: 'ALPHA' },
  TriedThing: { default: true, stage: 'BETA' },
  OldThing: { default: true, stage: 'GA', lockToDefault: true },
});

describe('FeatureGates', () => {
  it('gives defaults, settings, and settings of a whole stage', () => {
    expect([gates.enabled('NewThing'), gates.enabled('TriedThing'), gates.enabled('OldThing')]).toEqual([false, true, true]);
    const set = gates.set('NewThing=true, TriedThing = false');
    expect([set.enabled('NewThing'), set.enabled('TriedThing')]).toEqual([true, false]);
    expect(gates.enabled('NewThing')).toBe(false);
    expect(gates.set('AllAlpha=true').enabled('NewThing')).toBe(true);
    expect(gates.set('AllAlpha=true,NewThing=false').enabled('NewThing')).toBe(false);
    expect(gates.set('AllBeta=false').enabled('TriedThing')).toBe(false);
    expect(gates.set('OldThing=true').enabled('OldThing')).toBe(true);
  });

  it.each([
    ['Nope=true', 'unrecognized feature gate: Nope'],
    ['NewThing', 'missing bool value for NewThing'],
    ['NewThing=maybe', 'invalid value of NewThing=maybe, err: strconv.ParseBool: parsing "maybe": invalid syntax'],
    ['OldThing=false', 'cannot set feature gate OldThing to false, feature is locked to true'],
    ['constructor=true', 'unrecognized feature gate: constructor'],
  ])('refuses %j', (text, message) => {
    expect(() => gates.set(text)).toThrow(expect.objectContaining({ message }));
  });

  it('describes what can be set', () => {
    expect(gates.describe()).toEqual([
      'AllAlpha=true|false (ALPHA - default=false)',
      'AllBeta=true|false (BETA - default=false)',
      'NewThing=true|false (ALPHA - default=false)',
      'TriedThing=true|false (BETA - default=true)',
    ]);
    expect(gates.list()[2]).toEqual({ name: 'OldThing', stage: 'GA', enabled: true });
  });

  it('is a flag that may be repeated', () => {
    const flag = featureGatesFlag(gates);
    const once = flag.parse('NewThing=true', undefined);
    expect(flag.parse('TriedThing=false', once).enabled('NewThing')).toBe(true);
  });
});
