import { mergeResources, permittedOomScore, specResources } from './resources';

const HOST = { hasSwapLimit: true, hasHugepageLimit: true, cgroupVersion: 2 } as const;

describe('specResources', () => {
  it('leaves out what is not given', () => expect(specResources({ cpuShares: 0, memoryLimitInBytes: 0 }, HOST)).toEqual({}));

  it('takes what is given', () => {
    const asked = { cpuShares: 512, cpuQuota: 50_000, cpuPeriod: 100_000, cpusetCpus: '0-1', memoryLimitInBytes: 1 << 20, memorySwapLimitInBytes: 1 << 20, hugepageLimits: [{ pageSize: '2MB', limit: 4 << 20 }], unified: { 'memory.high': '1000' } };
    expect(specResources(asked, HOST)).toEqual({
      cpu: { shares: 512, quota: 50_000, period: 100_000, cpus: '0-1' },
      memory: { limit: 1 << 20, swap: 1 << 20 },
      hugepageLimits: [{ pageSize: '2MB', limit: 4 << 20 }],
      unified: { 'memory.high': '1000' },
    });
  });

  it('leaves out what the machine cannot do', () => {
    const asked = { memoryLimitInBytes: 5, memorySwapLimitInBytes: 5, hugepageLimits: [{ pageSize: '2MB', limit: 0 }], unified: { 'memory.high': '1' } };
    expect(specResources(asked, { hasSwapLimit: false, hasHugepageLimit: false, cgroupVersion: 1 })).toEqual({ memory: { limit: 5 } });
  });
});

describe('mergeResources', () => {
  it('keeps what an update does not name', () => {
    expect(mergeResources({ cpuShares: 2, memoryLimitInBytes: 5 }, { cpuShares: 0, memoryLimitInBytes: 9 })).toEqual({ cpuShares: 2, memoryLimitInBytes: 9 });
  });
});

describe('permittedOomScore', () => {
  it.each([
    [true, 0, -997, -997],
    [false, 0, -997, 0],
    [false, -100, -997, -100],
    [false, 0, 1000, 1000],
  ])('with the capability %s, from %d: %d becomes %d', (canLowerOomScore, oomScore, wanted, given) => {
    expect(permittedOomScore(wanted, { canLowerOomScore, oomScore })).toBe(given);
  });
});
