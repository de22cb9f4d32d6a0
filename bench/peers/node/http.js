// Node's own http module. It brings no router and no body parser, so the shortest honest ones are here.
import { createServer } from 'node:http';

const exact = new Map();
const prefixed = new Map();   // first segment -> handler of the rest

function send(response, status, type, body) {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
const json = (response, value) => send(response, 200, 'application/json', JSON.stringify(value));

exact.set('GET /plaintext', (request, response) => send(response, 200, 'text/plain', 'Hello, World!'));
exact.set('GET /json', (request, response) => json(response, { message: 'Hello, World!' }));
exact.set('POST /echo', (request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', part => { text += part; });
  request.on('end', () => {
    let body;
    try { body = JSON.parse(text); } catch { return send(response, 400, 'text/plain', ''); }
    if (typeof body?.message !== 'string') return send(response, 400, 'text/plain', '');
    json(response, { message: body.message });
  });
});
const user = (response, id) => json(response, { id });
prefixed.set('users', user);
for (let i = 0; i < 200; i++) prefixed.set(`r${i}`, user);

const server = createServer((request, response) => {
  const handler = exact.get(`${request.method} ${request.url}`);
  if (handler) return handler(request, response);
  const slash = request.url.indexOf('/', 1);
  const route = request.method === 'GET' && slash > 0 ? prefixed.get(request.url.slice(1, slash)) : undefined;
  const id = request.url.slice(slash + 1);
  if (!route || !id || id.includes('/')) return send(response, 404, 'text/plain', '');
  route(response, decodeURIComponent(id));
});
server.keepAliveTimeout = 120_000;
server.listen(Number(process.env.PORT), '127.0.0.1', 4096);
