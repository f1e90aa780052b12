import { silentLogger } from '@typekube/component-base';
import type { PortState } from '../../model/changes';
import { endpoint, planContext, servicePort } from '../../testing/objects';
import { NftablesApplier } from './apply';
import { NftError, type RunNft } from './nft';
import { Planner } from './plan';
import type { Ruleset } from './ruleset';

/** An nft that keeps what it is given, and fails when it is to. */
function recordingNft(): { readonly nft: RunNft; readonly texts: string[]; failNext: (error: NftError) => void } {
  const texts: string[] = [];
  const failures: NftError[] = [];
  const nft: RunNft = async (args, input = '') => {
    if (args.includes('list')) throw new NftError('No such file or directory', true);
    const failure = failures.shift();
    if (failure) throw failure;
    texts.push(input);
    return '';
  };
  return { nft, texts, failNext: (error) => void failures.push(error) };
}

const rulesOf = (...ips: string[]): Ruleset => {
  const state: PortState = { service: servicePort(), endpoints: ips.map((ip) => endpoint(ip)) };
  return new Planner().plan([state], planContext()).ruleset;
};

describe('NftablesApplier', () => {
  it('writes everything at first, then what has changed, then nothing', async () => {
    const { nft, texts } = recordingNft();
    const applier = new NftablesApplier({ family: 'IPv4', nft, log: silentLogger });
    expect(await applier.apply(rulesOf('10.244.0.2'))).toBe('full');
    expect(await applier.apply(rulesOf('10.244.0.3'))).toBe('partial');
    expect(await applier.apply(rulesOf('10.244.0.3'))).toBe('partial');
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(/^add table ip kube-proxy/);
    expect(texts[1]).not.toContain('add table');
  });

  it('writes everything anew after a failure', async () => {
    const { nft, failNext } = recordingNft();
    const applier = new NftablesApplier({ family: 'IPv4', nft, log: silentLogger });
    await applier.apply(rulesOf('10.244.0.2'));
    failNext(new NftError('busy', false));
    await expect(applier.apply(rulesOf('10.244.0.3'))).rejects.toThrow('busy');
    expect(await applier.apply(rulesOf('10.244.0.3'))).toBe('full');
  });

  it('deletes chains that nothing refers to a second later, unless they are needed again', async () => {
    const { nft, texts } = recordingNft();
    let now = 0;
    const clock = { now: () => now, monotonic: () => now, after: () => ({ cancel: () => undefined }) };
    const applier = new NftablesApplier({ family: 'IPv4', nft, log: silentLogger, clock });
    await applier.apply(rulesOf('10.244.0.2', '10.244.0.3'));
    await applier.apply(rulesOf());
    await applier.apply(rulesOf('10.244.0.2'));
    now = 999;
    await applier.apply(rulesOf('10.244.0.2'));
    expect(texts.join('')).not.toContain('delete chain');
    now = 1000;
    await applier.apply(rulesOf('10.244.0.2'));
    expect(texts.at(-1)).toMatch(/^delete chain ip kube-proxy endpoint-\S+__10.244.0.3\/8080\n$/);
    expect(applier.hasStale).toBe(false);
  });
});
