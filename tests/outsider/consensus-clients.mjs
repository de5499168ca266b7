// node consensus-clients.mjs PROGRAM [ARGUMENT]...: starts the consensus service from a settings.json of Powerloom's
// and uses it as that system's clients do. Written from their contract alone.
import assert from "node:assert/strict";
import { Checks, until } from "./checks.mjs";
import {
  ConsensusService, EPOCH_BLOCKS, FIRST_BLOCK, HEAD_OFFSET, PUBLIC_LIMIT, SourceChain, WINDOW_SECONDS,
} from "./consensus.mjs";
import { PayloadCommit, epochOf } from "./payload-commit.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SEVERITIES = ["HIGH", "MEDIUM", "LOW", "CLEARED"];
const ISSUE_TYPES = [
  "SNAPSHOTTING_FALLEN_BEHIND", "MISSED_SNAPSHOT", "INFRA_ISSUE", "SKIP_EPOCH", "SKIP_QUEUED_EPOCH",
  "DAG_CHAIN_STUCK", "PRUNING_FAILED",
];
const AGREED = "demo_pairContract_pair_total_reserves_0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc_NS";
const OF_FIVE = "demo_pairContract_trade_volume_0x0d4a11d5eeaac28ec3f61d100daf4d40471f1852_NS";
const uuidOf = (name) => `${Buffer.from(name.padEnd(4, "_")).toString("hex")}-52c9-4d0e-9a36-0c7f5f1f0b6e`;
const seconds = (count) => new Promise((resolve) => setTimeout(resolve, 1000 * count));

const checks = new Checks();
const chain = await SourceChain.start(FIRST_BLOCK);
const service = await ConsensusService.prepare(process.argv.slice(2), chain);
try {
  await operator();
  await service.start();
  await pooler();
  await identities();
  await new PayloadCommit(service, checks, uuidOf, { agreed: AGREED, ofFive: OF_FIVE }).run();
  await dagFinalizer();
  await reporter();
  await dashboard();
  await limits();
} finally {
  await service.stop();
  chain.stop();
}
checks.report();

async function operator() {
  const sample = (alias, limit) => JSON.stringify({
    rate_limit: limit, active: "active", name: `${alias} Doe`, email: `${alias}@example.com`, alias,
    uuid: uuidOf(alias), callsCount: 0, throttledCount: 0, next_reset_at: 0,
  });
  const often = "6000000/day;10000/minute;600/second";
  await checks.that("the operator adds snapshotters with the JSON of today and reads who was added", async () => {
    const first = await service.operate("snapshotter", "add", sample("ann", often));
    assert.equal(first.code, 0, first.text);
    for (const word of ["ann Doe", "ann@example.com", "ann", uuidOf("ann")]) {
      assert.ok(first.text.includes(word), first.text);
    }
    const rest = [["bob", often], ["cyd", often], ["dan", often], ["eve", often], ["fay", often], ["off", often]]
      .concat([["slow", "10000/day;300/minute;40/second"]]);
    for (const added of await Promise.all(rest.map((one) => service.operate("snapshotter", "add", sample(...one))))) {
      assert.equal(added.code, 0, added.text);
    }
  });
  await checks.that("an alias or a uuid that is taken is refused", async () => {
    const again = await service.operate("snapshotter", "add", sample("ann", often));
    assert.notEqual(again.code, 0);
    const other = sample("other", often).replace(uuidOf("other"), uuidOf("ann"));
    assert.notEqual((await service.operate("snapshotter", "add", other)).code, 0);
  });
  await checks.that("a snapshotter is disabled by its alias", async () => {
    assert.equal((await service.operate("snapshotter", "disable", "off")).code, 0);
  });
}

/** Polls for the newest epoch, and walks over all that lie between two polls, as Pooler's detector does. */
async function pooler() {
  const current = () => service.getOnce("/currentEpoch");
  const ends = (end) => until(`epoch ${end}`, async () =>
    (await current()).body.epochEndBlockHeight === end ? end : null);
  await checks.that("before the first epoch there is a message and nothing fails", async () => {
    for (const path of ["/currentEpoch", "/epochDetails"]) {
      const { status, body } = await service.get(path);
      assert.equal(status, 404);
      assert.equal(typeof body.message, "string");
    }
  });
  await checks.that("all epochs that lie the offset behind the head are released at once", async () => {
    chain.head = 1023;
    await ends(1020);
    assert.deepEqual((await current()).body, { chainId: 1, epochStartBlockHeight: 1011, epochEndBlockHeight: 1020 });
    for (const end of [1010, 1020]) {
      assert.equal((await service.get(`/epochDetails?epoch=${end}`)).body.epochEndHeight, end);
    }
    chain.head = 1030 + HEAD_OFFSET - 1;
    await seconds(1.5);
    assert.equal((await current()).body.epochEndBlockHeight, 1020);
    chain.head = 1030 + HEAD_OFFSET;
    await ends(1030);
  });
  await checks.that("a poller that was away finds every epoch of the gap by the length of the newest", async () => {
    const last = { end: (await current()).body.epochEndBlockHeight };
    chain.head = 1080 + HEAD_OFFSET;
    await ends(1080);
    const { epochStartBlockHeight: begin, epochEndBlockHeight: end } = (await current()).body;
    const length = end - begin + 1;
    assert.equal(length, EPOCH_BLOCKS);
    for (let from = last.end + 1; from <= end; from += length) {
      assert.equal((await service.get(`/epochDetails?epoch=${from + length - 1}`)).status, 200);
    }
  });
  await checks.that("polling needs no identity and finds no limit", async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, current));
    assert.ok(answers.every(({ status }) => status === 200));
  });
  await checks.that("every answer has a UUID of its own, and pages of any origin may read it", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => service.getOnce("/currentEpoch", { origin: "https://dashboard.example" })));
    const ids = new Set(answers.map(({ headers }) => headers.get("x-request-id")));
    assert.equal(ids.size, 5);
    assert.ok([...ids].every((id) => UUID.test(id)));
    assert.ok(answers.every(({ headers }) => headers.get("access-control-allow-origin") === "*"));
  });
}

async function identities() {
  const base = { projectID: AGREED, epoch: epochOf(1010) };
  const bodies = {
    "/registerProjectPeer": { projectID: AGREED },
    "/submitSnapshot": { ...base, snapshotCID: "bafkx" },
    "/checkForSnapshotConfirmation": { ...base, snapshotCID: "bafkx" },
    "/epochStatus": base,
    "/reportIssue": { projectID: AGREED, severity: "LOW", issueType: "INFRA_ISSUE", serviceName: "Pooler" },
  };
  for (const [path, body] of Object.entries(bodies)) {
    await checks.that(`${path} refuses a uuid that nobody has, and one that is disabled`, async () => {
      for (const instanceID of [uuidOf("none"), uuidOf("off")]) {
        const answer = await service.post(path, { ...body, instanceID });
        assert.equal(answer.status, 401);
        assert.deepEqual(answer.body, { error: { details: "illegal peer/instance ID supplied" } });
      }
    });
    await checks.that(`${path} tells which fields are missing or wrong`, async () => {
      const { status, body: told } = await service.post(path, { instanceID: uuidOf("ann"), epoch: { begin: "x" } });
      assert.equal(status, 422);
      assert.deepEqual(Object.keys(told), ["detail"]);
      for (const { loc, msg, type, ...rest } of told.detail) {
        assert.equal(loc[0], "body");
        assert.equal(typeof msg, "string");
        assert.equal(typeof type, "string");
        assert.ok(Object.keys(rest).every((key) => key === "ctx"));
      }
      assert.ok(told.detail.some(({ loc, type }) => loc[1] === "projectID" && type === "value_error.missing"));
      assert.equal((await service.post(path, "{")).status, 422);
    });
  }
  await checks.that("a registration is answered with null, also the second time", async () => {
    for (const alias of ["ann", "bob", "cyd", "ann"]) {
      const answer = await service.post("/registerProjectPeer", { projectID: AGREED, instanceID: uuidOf(alias) });
      assert.deepEqual([answer.status, answer.body], [200, null]);
    }
    for (const alias of ["ann", "bob", "cyd", "dan", "eve"]) {
      await service.post("/registerProjectPeer", { projectID: OF_FIVE, instanceID: uuidOf(alias) });
    }
  });
}

/** Asks for the state of many epochs at once. */
async function dagFinalizer() {
  const instanceID = uuidOf("ann");
  const ends = [1010, 1020, 1030, 1080];
  await checks.that("the state of many epochs comes as an object by their ends", async () => {
    const { status, body } = await service.post(
      "/epochStatus", { instanceID, projectID: AGREED, epochs: ends.map(epochOf) });
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ends.map(String));
    const achieved = (cid) => ({ status: "CONSENSUS_ACHIEVED", delayedSubmission: false, finalizedSnapshotCID: cid });
    const none = { status: "NO_CONSENSUS", delayedSubmission: false, finalizedSnapshotCID: null };
    assert.deepEqual(body, { 1010: achieved("bafkx"), 1020: none, 1030: achieved("bafkx"), 1080: none });
  });
  await checks.that("the state of one epoch comes as that object alone", async () => {
    const { status, body } = await service.post(
      "/epochStatus", { instanceID, projectID: AGREED, epoch: epochOf(1010) });
    assert.deepEqual(
      [status, body],
      [200, { status: "CONSENSUS_ACHIEVED", delayedSubmission: false, finalizedSnapshotCID: "bafkx" }]);
  });
}

async function reporter() {
  const issue = (issueType, severity) => ({
    instanceID: uuidOf("bob"), severity, issueType, projectID: AGREED, serviceName: "DagFinalizer", namespace: "NS",
    epochs: [1010, 1020], extra: { k: "v" }, timeOfReporting: 5, noOfEpochsBehind: 2,
  });
  const sent = ISSUE_TYPES.flatMap((type) => SEVERITIES.map((severity) => [type, severity]));
  await checks.that("issues of every type and severity are taken", async () => {
    for (const one of sent) {
      const { status, body } = await service.post("/reportIssue", issue(...one));
      assert.deepEqual([status, body], [200, { message: "Reported Issue." }]);
    }
    const { instanceID, severity, issueType, projectID, serviceName } = issue("INFRA_ISSUE", "LOW");
    const least = { instanceID, severity, issueType, projectID, serviceName };
    assert.equal((await service.post("/reportIssue", least)).status, 200);
    assert.equal((await service.post("/reportIssue", { ...least, severity: "BAD" })).status, 422);
  });
  await checks.that("issues are shown by alias, newest first, at the service's time, without the uuid", async () => {
    const { status, body } = await service.get("/metrics/bob/issues");
    assert.equal(status, 200);
    assert.deepEqual(
      body.map(({ issueType, severity }) => [issueType, severity]), [["INFRA_ISSUE", "LOW"], ...sent.toReversed()]);
    for (const one of body) {
      assert.equal(one.alias, "bob");
      assert.ok(!("instanceID" in one));
      assert.ok(Math.abs(one.timeOfReporting - Date.now() / 1000) < 120);
    }
    assert.deepEqual(body.at(-1).extra, { k: "v" });
    assert.equal((await service.get("/metrics/cyd/issues")).status, 404);
  });
}

async function dashboard() {
  await checks.that("projects and their snapshotters are listed", async () => {
    const projects = (await service.get("/metrics/projects")).body;
    assert.ok(projects.includes(AGREED) && projects.includes(OF_FIVE));
    assert.deepEqual(
      (await service.get(`/metrics/${AGREED}/snapshotters`)).body,
      { projectId: AGREED, snapshotters: ["ann", "bob", "cyd"] });
    const { status, body } = await service.get("/metrics/nobody/snapshotters");
    assert.equal(status, 404);
    assert.equal(typeof body.message, "string");
  });
  await checks.that("epochs are paged, newest first, and the links lead through all of them and back", async () => {
    const found = [];
    let pages = 0;
    let link = `/metrics/${AGREED}/epochs?page=1&limit=3`;
    let last;
    for (; link !== null; link = last.next_page) {
      last = (await service.get(link)).body;
      assert.equal(last.total, 8);
      assert.equal(last.data.projectId, AGREED);
      found.push(...last.data.epochs);
      pages++;
    }
    assert.equal(pages, 3);
    assert.deepEqual(
      found.map((epoch) => epoch.sourcechainEndheight), [1080, 1070, 1060, 1050, 1040, 1030, 1020, 1010]);
    assert.deepEqual(
      found.filter((epoch) => epoch.finalized).map((epoch) => epoch.sourcechainEndheight), [1030, 1010]);
    for (; last.prev_page !== null; pages--) {
      last = (await service.get(last.prev_page)).body;
    }
    assert.equal(pages, 1);
    for (const query of ["page=0", "page=-1", "limit=0", "page=x"]) {
      assert.equal((await service.get(`/metrics/${AGREED}/epochs?${query}`)).status, 422);
    }
  });
  await checks.that("an epoch's progress counts the projects that are finalized", async () => {
    const { epochEndHeight, releaseTime, status, totalProjects, projectsFinalized } =
      (await service.get("/epochDetails?epoch=1010")).body;
    assert.deepEqual([epochEndHeight, status, totalProjects, projectsFinalized], [1010, "FINALIZED", 2, 2]);
    assert.ok(Number.isInteger(releaseTime) && Math.abs(releaseTime - Date.now() / 1000) < 300);
    assert.equal((await service.get("/epochDetails")).body.status, "IN_PROGRESS");
    assert.equal((await service.get("/epochDetails?epoch=77")).status, 404);
  });
  await checks.that("submissions show who voted for what, when, and whether in time", async () => {
    const rows = (await service.get(`/metrics/${AGREED}/1020/submissionStatus`)).body;
    const shown = rows.map(({ snapshotterName, snapshotCID, submissionStatus }) =>
      [snapshotterName, snapshotCID, submissionStatus]);
    assert.deepEqual(shown.toSorted(), [
      ["ann", "bafkann", "WITHIN_SCHEDULE"], ["bob", "bafkbob", "WITHIN_SCHEDULE"], ["cyd", "bafkcyd", "DELAYED"]]);
    assert.ok(rows.every(({ submittedTS }) => Math.abs(submittedTS - Date.now() / 1000) < 300));
    assert.equal((await service.get(`/metrics/${AGREED}/1080/submissionStatus`)).status, 404);
  });
}

async function limits() {
  const assertRefused = ({ status, headers, body }, clause, domain) => {
    assert.equal(status, 429);
    const { rate_violated: violated, retry_after: after, violating_domain: limit } = body.error.data;
    assert.deepEqual([violated, limit], [clause, domain]);
    assert.equal(typeof body.error.details, "string");
    assert.ok(after >= 1 && after <= 2, `${after}`);
    assert.equal(headers.get("retry-after"), String(after));
  };
  await checks.that("the forty-first call in a second is refused, and taken when it comes back as told", async () => {
    const ask = () => service.post(
      "/epochStatus", { instanceID: uuidOf("slow"), projectID: AGREED, epoch: epochOf(1010) });
    // Two seconds' worth, should a second end in between.
    const answers = await Promise.all(Array.from({ length: 100 }, ask));
    assert.ok(answers.filter(({ status }) => status === 200).length >= 40);
    assertRefused(answers.find(({ status }) => status === 429), "40 per 1 second", "10000/day;300/minute;40/second");
    await seconds(1.1);
    assert.equal((await ask()).status, 200);
  });
  await checks.that("callers without an identity have the public limit, whatever their headers say", async () => {
    await seconds(1.1);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => service.getOnce(
      "/metrics/projects", { "x-forwarded-for": `10.0.0.${index}`, "cf-connecting-ip": `10.0.1.${index}` })));
    assertRefused(answers.find(({ status }) => status === 429), "20 per 1 second", PUBLIC_LIMIT);
    assert.ok(answers.filter(({ status }) => status === 200).length <= 40);
    assert.equal((await service.getOnce("/currentEpoch")).status, 200);
  });
}
