export { type ProxyTarget, proxyTunnel, proxyUpgrade } from './proxy';
export { type Outcome, outcomeStatus, type RemoteCommandOptions, type RemoteCommandSession, type TerminalSize } from './remote-command';
export { SpdyConnection, type SpdyOptions, SpdyStream } from './spdy/connection';
export { type Dial, PORT_FORWARD_PROTOCOL, type PortForwardOptions } from './spdy/port-forward';
export { SPDY_REMOTE_COMMAND } from './spdy/remote-command';
export { acceptPortForward, acceptRemoteCommand, isWebSocket, refuse, type Upgrade } from './upgrade';
export { acceptByteMessages, acceptMessages } from './websocket/messages';
export { WEBSOCKET_REMOTE_COMMAND } from './websocket/channel-protocol';
export { tunnelledProtocols } from './websocket/tunnel';
