import { encodeWatchFrame, type Status } from '@typekube/apimachinery';
import { encodeStatus } from '../http/encode-object';
import { PROTOBUF } from '../http/protobuf-body';

/** How the events of a watch stand in its stream. */
export interface WatchFraming {
  readonly contentType: string;
  /** One event; `object` is encoded in the same format. */
  frame(type: string, object: Buffer): Buffer;
  /** The object of an ERROR event. */
  status(status: Status): Buffer;
}

/** `{"type":"ADDED","object":…}` and a newline. */
export const jsonFraming: WatchFraming = {
  contentType: 'application/json',
  frame: (type, object) => Buffer.concat([Buffer.from(`{"type":"${type}","object":`), object, Buffer.from('}\n')]),
  status: (status) => Buffer.from(JSON.stringify(status)),
};

/** Each event with its length before it. */
export const protobufFraming: WatchFraming = {
  contentType: `${PROTOBUF};stream=watch`,
  frame: encodeWatchFrame,
  status: encodeStatus,
};
