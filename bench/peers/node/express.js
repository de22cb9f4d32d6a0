import express from 'express';

const app = express();
app.get('/plaintext', (request, response) => response.type('text/plain').send('Hello, World!'));
app.get('/json', (request, response) => response.json({ message: 'Hello, World!' }));
app.get('/users/:id', (request, response) => response.json({ id: request.params.id }));
app.post('/echo', express.json(), (request, response) => {
  if (typeof request.body?.message !== 'string') return response.status(400).end();
  response.json({ message: request.body.message });
});
for (let i = 0; i < 200; i++) app.get(`/r${i}/:id`, (request, response) => response.json({ id: request.params.id }));
app.use((error, request, response, next) => response.status(error.status ?? 500).end());

const server = app.listen(Number(process.env.PORT), '127.0.0.1');
server.keepAliveTimeout = 120_000;
