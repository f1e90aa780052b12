import { humanDuration } from '@typekube/apimachinery';

/** How long ago `time` (RFC 3339) was, for people: `5m`, `3d2h`; `<unknown>` where there is none. */
export function age(time: string | null | undefined, now: Date): string {
  return time ? humanDuration(now.getTime() - Date.parse(time)) : '<unknown>';
}
