/* In place of Socket.IO's long polling and WebTransport: Reflex's pages speak by WebSocket alone. */

export class XHR {}

export class WT {}
