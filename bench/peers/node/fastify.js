// Fastify as it recommends itself: response schemas (so its compiled serializer is used) and a body schema.
import Fastify from 'fastify';

const greeting = { type: 'object', required: ['message'], properties: { message: { type: 'string' } } };
const user = { type: 'object', properties: { id: { type: 'string' } } };

const app = Fastify({ logger: process.env.BENCH_LOG === '1', keepAliveTimeout: 120_000 });
app.get('/plaintext', async (request, reply) => { reply.type('text/plain'); return 'Hello, World!'; });
app.get('/json', { schema: { response: { 200: greeting } } }, async () => ({ message: 'Hello, World!' }));
app.post('/echo', { schema: { body: greeting, response: { 200: greeting } } }, async request => ({ message: request.body.message }));
const byId = { schema: { response: { 200: user } } };
app.get('/users/:id', byId, async request => ({ id: request.params.id }));
for (let i = 0; i < 200; i++) app.get(`/r${i}/:id`, byId, async request => ({ id: request.params.id }));
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
