import type { RequestInfo } from '../http/request-info';
import { isTrue } from '../http/request-info';
import type { Flow } from './flow';
import type { ObjectSizes } from './object-sizes';
import type { WatchCounts } from './watch-counts';
import { ONE_SEAT, type WorkEstimate } from './work-estimate';

/** Upstream's figures. */
const MAX_LIST_SEATS = 100;
const MAX_MUTATING_SEATS = 10;
const BYTES_PER_SEAT = 100_000;
/** A list from the cache is sent piece by piece: it does not hold more than this at once. */
const MAX_CACHED_LIST_BYTES = 1_000_000;
const WATCHES_PER_SEAT = 10;
const EVENT_SECONDS = 0.005;

/** Estimates what a request will cost: lists by the size of what they return, writes by the number of watches that will be told. */
export class WorkEstimator {
  constructor(
    private readonly sizes: ObjectSizes,
    private readonly watches: WatchCounts,
  ) {}

  estimate(info: RequestInfo, query: URLSearchParams, flow: Flow): WorkEstimate {
    switch (info.verb) {
      case 'list':
        return this.list(info, query, flow);
      case 'watch':
        return isTrue(query.get('sendInitialEvents')) ? this.list(info, query, flow) : ONE_SEAT;
      case 'create':
      case 'update':
      case 'patch':
      case 'delete':
        return this.write(info, flow);
      default:
        return ONE_SEAT;
    }
  }

  private list(info: RequestInfo, query: URLSearchParams, { level }: Flow): WorkEstimate {
    if (!info.isResourceRequest || info.name) return ONE_SEAT;
    const size = this.sizes.of(info.apiGroup, info.resource);
    if (!size) return ONE_SEAT;
    const limit = Number(query.get('limit') ?? 0);
    const isFromCache = info.verb === 'watch' || (!query.has('continue') && query.get('resourceVersionMatch') !== 'Exact');
    const limited = limit > 0 && limit < size.count ? limit : size.count;
    const isSelected = Boolean(query.get('fieldSelector') || query.get('labelSelector'));
    const objects = isSelected && !isFromCache ? Math.max(limited, Math.floor(size.count / 2)) : limited;
    const bytes = objects * size.averageBytes;
    const seats = Math.ceil((isFromCache ? Math.min(bytes, MAX_CACHED_LIST_BYTES) : bytes) / BYTES_PER_SEAT);
    if (seats <= 1) return ONE_SEAT;
    return { ...ONE_SEAT, initialSeats: Math.min(seats, capped(level.maxSeats, MAX_LIST_SEATS)), width: Math.ceil(bytes / BYTES_PER_SEAT) };
  }

  private write(info: RequestInfo, { level, stats }: Flow): WorkEstimate {
    // A token is created, but no object that anybody could watch.
    if (info.resource === 'serviceaccounts' && info.subresource === 'token') return ONE_SEAT;
    const watchers = this.watches.interestedIn(info);
    stats.watchers.observe(watchers);
    if (watchers < WATCHES_PER_SEAT) return ONE_SEAT;
    const wanted = Math.ceil(watchers / WATCHES_PER_SEAT);
    const finalSeats = Math.min(wanted, capped(level.maxSeats, MAX_MUTATING_SEATS));
    return { ...ONE_SEAT, finalSeats, additionalSeconds: (wanted * EVENT_SECONDS) / finalSeats };
  }
}

function capped(maxSeats: number, limit: number): number {
  return maxSeats === 0 || maxSeats > limit ? limit : maxSeats;
}
