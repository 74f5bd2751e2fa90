// A guest book: notes in PostgreSQL, visits counted in Redis, a page by Express.
'use strict';
const express = require('express');
const pg = require('pg');
const redis = require('redis');

const database = new pg.Pool({ connectionTimeoutMillis: 2000 });
database.on('error', () => {}); // a connection that was lost is replaced at the next query
const cache = redis.createClient({
  url: process.env.REDIS_URL,
  disableOfflineQueue: true, // while the cache is away, say so instead of waiting
  socket: { reconnectStrategy: () => 200 },
});
cache.on('error', () => {});
cache.connect().catch(() => {});

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

async function makeTable() {
  await database.query('CREATE TABLE IF NOT EXISTS notes (id serial PRIMARY KEY, text text NOT NULL)');
}

const app = express();
app.use(express.urlencoded({ extended: false }));

app.get('/', async (request, response, next) => {
  try {
    const visits = await cache.incr('visits');
    await makeTable();
    const notes = (await database.query('SELECT text FROM notes ORDER BY id')).rows;
    response.send(`<!doctype html><title>Guest book</title><h1>Guest book</h1>
<p>Visit ${visits}, served by ${process.env.HOSTNAME}</p>
<ul>${notes.map((note) => `<li>${escape(note.text)}</li>`).join('')}</ul>
<form method="post" action="/notes"><input name="text"><button>Write</button></form>
`);
  } catch (error) {
    next(error);
  }
});

app.post('/notes', async (request, response, next) => {
  try {
    await makeTable();
    await database.query('INSERT INTO notes (text) VALUES ($1)', [String(request.body.text || '')]);
    response.redirect(303, '/');
  } catch (error) {
    next(error);
  }
});

// A part that is just being started again is no reason to fall over.
app.use((error, request, response, next) => {
  response.status(503).send(`not yet: ${error.message}\n`);
});

app.listen(3000);
process.on('SIGTERM', () => process.exit(0)); // PID 1 has no default action for it
