import {
  newInternalError,
  newInvalid,
  newResourceExpired,
  newTooLargeResourceVersion,
  newTooManyRequests,
  StatusError,
} from '@typekube/apimachinery';
import { type ActiveState, afterFailure, type ListWatchState } from './list-watch-state';

const streaming = (resourceVersion: string): ActiveState => ({ at: 'streaming', resourceVersion });
const listing = (resourceVersion: string): ActiveState => ({ at: 'listing', resourceVersion });
const watching = (resourceVersion: string, canStream = true): ActiveState => ({ at: 'watching', resourceVersion, canStream });
const waiting = (next: ActiveState): ListWatchState => ({ at: 'waiting', next });

const broken = new Error('connection lost');
const gone = newResourceExpired('too old');
const refused = newInvalid({ group: '', kind: 'ListOptions' }, '', []);
const denied = new StatusError(403, 'Forbidden', 'no');
const ahead = newTooLargeResourceVersion(9, 5, 1);

it.each<[string, ActiveState, unknown, string, boolean, ListWatchState]>([
  ['a stream is not supported', streaming(''), refused, '', false, listing('')],
  ['a stream does not begin', streaming('5'), broken, '', false, waiting(streaming('5'))],
  ['the state of a stream is forgotten', streaming('5'), gone, '', false, streaming('')],
  ['the server has not got there', streaming('5'), ahead, '', false, streaming('')],
  ['not even the newest state is to be had', streaming(''), gone, '', false, waiting(streaming(''))],
  ['a stream breaks after its list', streaming(''), broken, '7', true, watching('7')],
  ['a list fails', listing('5'), broken, '', false, waiting(listing('5'))],
  ['the state of a list is forgotten', listing('5'), gone, '', false, listing('')],
  ['a watch breaks', watching('5'), broken, '8', true, watching('8')],
  ['a watch does not begin', watching('5'), broken, '', false, waiting(watching('5'))],
  ['a watch is too many', watching('5'), newTooManyRequests('later', 1), '', false, waiting(watching('5'))],
  ['a watch fails inside the server', watching('5'), newInternalError(broken), '6', true, waiting(watching('6'))],
  ['the place of a watch is forgotten', watching('5'), gone, '', false, streaming('5')],
  ['the same without streaming', watching('5', false), gone, '', false, listing('5')],
  ['a watch is denied', watching('5'), denied, '', false, waiting(streaming('5'))],
])('%s', (_, state, error, resourceVersion, wasOpen, expected) => {
  expect(afterFailure(state, { error, resourceVersion, wasOpen })).toEqual(expected);
});
