import type { BucketCounts, CountedHistogram } from '@typekube/component-base';
import type { RequestContext } from '../chain/request-context';
import { type RequestLabels } from './request-labels';

export interface SeriesHistograms {
  readonly durations: CountedHistogram<keyof RequestLabels | 'dry_run'>;
  readonly ownDurations: CountedHistogram<keyof RequestLabels>;
  readonly answerBytes: CountedHistogram<keyof RequestLabels>;
  readonly bodyBytes: CountedHistogram<'group' | 'resource' | 'verb'>;
}

/** What a request body is called by its verb in metrics (metrics.RequestBodyVerb). */
const BODY_VERBS: Readonly<Record<string, string>> = {
  create: 'create',
  update: 'update',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'delete_collection',
};

/** All that is counted of one sort of requests, found once: looking each number up by its labels would cost more than counting. */
export class RequestSeries {
  /** Answers by their code. */
  readonly answers = new Map<number, number>();
  /** Of the server's own identity. */
  ownRequests = 0;
  /** Ended early by the server to protect itself, by code. */
  readonly terminations = new Map<number, number>();
  private readonly duration: BucketCounts;
  private readonly ownDuration: BucketCounts | undefined;
  private readonly answerBytes: BucketCounts | undefined;
  private readonly bodyBytes: BucketCounts | undefined;

  constructor(
    readonly labels: RequestLabels,
    readonly dryRun: string,
    infoVerb: string,
    histograms: SeriesHistograms,
  ) {
    const { verb, group, resource } = labels;
    this.duration = histograms.durations.labels({ ...labels, dry_run: dryRun });
    this.ownDuration = dryRun ? undefined : histograms.ownDurations.labels(labels);
    const bodyVerb = resource ? BODY_VERBS[infoVerb] : undefined;
    this.answerBytes = verb === 'GET' || verb === 'LIST' ? histograms.answerBytes.labels(labels) : undefined;
    this.bodyBytes = bodyVerb === undefined ? undefined : histograms.bodyBytes.labels({ group, resource, verb: bodyVerb });
  }

  /** A request has ended, that long after it came. */
  count(code: number, seconds: number, { user, bodyBytes, answerBytes, waitedMs, isTerminated }: RequestContext): void {
    add(this.answers, code);
    this.duration.observe(seconds);
    this.ownDuration?.observe(seconds - waitedMs / 1000);
    if (answerBytes >= 0) this.answerBytes?.observe(answerBytes);
    if (bodyBytes >= 0) this.bodyBytes?.observe(bodyBytes);
    if (user.name === SELF) this.ownRequests += 1;
    if (isTerminated) add(this.terminations, code);
  }
}

const SELF = 'system:apiserver';

function add(counts: Map<number, number>, code: number): void {
  counts.set(code, (counts.get(code) ?? 0) + 1);
}
