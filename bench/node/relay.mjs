// The reference: Socket.IO's own server, relaying a signal to the sockets of a room.
//
// node relay.mjs PORT CERTIFICATE KEY
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Server } from 'socket.io';

const [port, certificate, key] = process.argv.slice(2);
const http = createServer({ cert: readFileSync(certificate), key: readFileSync(key), minVersion: 'TLSv1.3' });
const io = new Server(http, { serveClient: false, pingInterval: 25_000, pingTimeout: 20_000 });

io.use((socket, next) => {
  const token = socket.handshake.auth.token;
  next(typeof token === 'string' && token.length > 20 ? undefined : new Error('unauthorized'));
});

io.on('connection', (socket) => {
  const joined = new Set();
  const author = { kind: 'operator', id: 'opr_01jd8x3v5n7e9r2t4y6w8k0m1p' };
  const room = (id) => `conversation:wsp_01jd8x3v5n7e9r2t4y6w8k0m1p:${id}`;
  socket.emit('welcome', { seq: 0, presence: [], online_visitors: [] });
  socket.on('join', ({ conversation_id }, ack) => {
    joined.add(conversation_id);
    socket.join(room(conversation_id));
    ack({ ok: true, viewers: [] });
  });
  socket.on('typing', ({ conversation_id, mode, active }) => {
    if (joined.has(conversation_id)) {
      io.to(room(conversation_id)).emit('typing', { conversation_id, author, mode, active });
    }
  });
});

http.listen(Number(port), '127.0.0.1');
