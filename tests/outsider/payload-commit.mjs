// Powerloom's payload-commit as a client: register, submit, and do with the answer what its contract says. FINALIZED:
// adopt that CID; ACCEPTED: ask for a confirmation again and again; INDETERMINATE: keep one's own.
import assert from "node:assert/strict";
import { EPOCH_BLOCKS, WINDOW_SECONDS } from "./consensus.mjs";

const ASKS_EVERY_MS = 200;
const ASKS_FOR_MS = 1000 * (WINDOW_SECONDS + 30);

export const epochOf = (end) => ({ begin: end - EPOCH_BLOCKS + 1, end });
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const accepted = { status: "ACCEPTED", delayedSubmission: false, finalizedSnapshotCID: null };
const finalized = (cid, late = false) => ({ status: "FINALIZED", delayedSubmission: late, finalizedSnapshotCID: cid });

export class PayloadCommit {
  #service;
  #checks;
  #uuidOf;
  #agreed;
  #ofFive;

  /** @param projects agreed: of ann, bob and cyd; ofFive: of these, dan and eve. */
  constructor(service, checks, uuidOf, { agreed, ofFive }) {
    [this.#service, this.#checks, this.#uuidOf] = [service, checks, uuidOf];
    [this.#agreed, this.#ofFive] = [agreed, ofFive];
  }

  async run() {
    await this.#atOnce();
    // Each of these waits for the end of a window of its own.
    await Promise.all([
      this.#nobodyAgrees(), this.#everybodyElse(), this.#mostOfThoseWhoVoted(), this.#alone(), this.#voteTakenBack(),
    ]);
    await this.#refused();
  }

  /** One snapshot of one client, to its end: the answers on the way, and the CID that it goes on with. */
  async #commit(alias, project, end, cid) {
    const first = await this.#submit(alias, project, end, cid);
    const answers = [first];
    for (const begun = Date.now(); answers.at(-1).status === "ACCEPTED"; ) {
      assert.ok(Date.now() - begun < ASKS_FOR_MS, "a window that does not end");
      await pause(ASKS_EVERY_MS);
      const { status, body } = await this.#post("/checkForSnapshotConfirmation", alias, project, end, cid);
      assert.equal(status, 200, JSON.stringify(body));
      answers.push(body);
    }
    const last = answers.at(-1);
    assert.deepEqual(Object.keys(last), ["status", "delayedSubmission", "finalizedSnapshotCID"]);
    return { first, last, goesOnWith: last.status === "FINALIZED" ? last.finalizedSnapshotCID : cid };
  }

  async #submit(alias, project, end, cid) {
    const { status, body } = await this.#post("/submitSnapshot", alias, project, end, cid);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }

  #post(path, alias, projectID, end, snapshotCID) {
    return this.#service.post(
      path, { instanceID: this.#uuidOf(alias), projectID, epoch: epochOf(end), snapshotCID });
  }

  async #submissions(project, end) {
    return await this.#service.get(`/metrics/${project}/${end}/submissionStatus`);
  }

  async #atOnce() {
    const project = this.#agreed;
    await this.#checks.that("the first of three is accepted, the second that agrees finalizes", async () => {
      assert.deepEqual(await this.#submit("ann", project, 1010, "bafkx"), accepted);
      assert.deepEqual(await this.#submit("bob", project, 1010, "bafkx"), finalized("bafkx"));
    });
    await this.#checks.that("who submits another CID after the verdict adopts what is finalized", async () => {
      const { first, goesOnWith } = await this.#commit("cyd", project, 1010, "bafky");
      assert.deepEqual([first, goesOnWith], [finalized("bafkx"), "bafkx"]);
      const { body } = await this.#post("/checkForSnapshotConfirmation", "ann", project, 1010, "bafkx");
      assert.deepEqual(body, finalized("bafkx"));
    });
    await this.#checks.that("an accepted client adopts the CID that others agree on while it asks", async () => {
      const asking = this.#commit("ann", project, 1030, "bafky");
      await pause(2 * ASKS_EVERY_MS);
      assert.deepEqual(await this.#submit("bob", project, 1030, "bafkx"), accepted);
      assert.deepEqual(await this.#submit("cyd", project, 1030, "bafkx"), finalized("bafkx"));
      const { first, last, goesOnWith } = await asking;
      assert.deepEqual([first, last, goesOnWith], [accepted, finalized("bafkx"), "bafkx"]);
    });
  }

  async #nobodyAgrees() {
    await this.#checks.that("two that disagree keep their own CIDs, and a late third decides nothing", async () => {
      const project = this.#agreed;
      const both = await Promise.all(
        [this.#commit("ann", project, 1020, "bafkann"), this.#commit("bob", project, 1020, "bafkbob")]);
      assert.deepEqual(both.map(({ goesOnWith }) => goesOnWith), ["bafkann", "bafkbob"]);
      assert.ok(both.every(({ last }) => last.status === "INDETERMINATE" && last.finalizedSnapshotCID === null));
      assert.deepEqual(
        await this.#submit("cyd", project, 1020, "bafkcyd"),
        { status: "INDETERMINATE", delayedSubmission: true, finalizedSnapshotCID: null });
    });
  }

  async #everybodyElse() {
    await this.#checks.that("five that all disagree finalize nothing", async () => {
      const all = await Promise.all(["ann", "bob", "cyd", "dan", "eve"].map(
        (alias) => this.#commit(alias, this.#ofFive, 1020, `bafk${alias}`)));
      assert.ok(all.every(({ last }) => last.status === "INDETERMINATE"));
    });
  }

  async #mostOfThoseWhoVoted() {
    await this.#checks.that("two of three votes win over the one that came first, when the window ends", async () => {
      const ann = this.#commit("ann", this.#ofFive, 1010, "bafkx");
      await pause(ASKS_EVERY_MS);
      const all = await Promise.all(
        [ann, this.#commit("bob", this.#ofFive, 1010, "bafky"), this.#commit("cyd", this.#ofFive, 1010, "bafky")]);
      assert.deepEqual(all.map(({ first }) => first), [accepted, accepted, accepted]);
      assert.deepEqual(all.map(({ goesOnWith }) => goesOnWith), ["bafky", "bafky", "bafky"]);
    });
    await this.#checks.that("who has not submitted is told so and does not see the CID", async () => {
      const { status, body } = await this.#post("/checkForSnapshotConfirmation", "dan", this.#ofFive, 1010, "bafky");
      assert.equal(status, 400);
      assert.deepEqual(body, { status: "NOTSUBMITTED", delayedSubmission: false, finalizedSnapshotCID: null });
    });
  }

  async #alone() {
    await this.#checks.that("a lone vote wins at the window's end where one is enough", async () => {
      const { first, goesOnWith } = await this.#commit("dan", this.#ofFive, 1030, "bafkx");
      assert.deepEqual([first, goesOnWith], [accepted, "bafkx"]);
    });
  }

  async #voteTakenBack() {
    await this.#checks.that("another CID after the window changes neither vote nor verdict", async () => {
      await this.#commit("eve", this.#ofFive, 1040, "bafkx");
      assert.deepEqual(await this.#submit("eve", this.#ofFive, 1040, "bafky"), finalized("bafkx", true));
      const rows = (await this.#submissions(this.#ofFive, 1040)).body;
      const shown = rows.map(({ snapshotCID, submissionStatus }) => [snapshotCID, submissionStatus]);
      assert.deepEqual(shown, [["bafkx", "WITHIN_SCHEDULE"]]);
    });
  }

  async #refused() {
    await this.#checks.that("who is not registered for a project opens no window and has no vote", async () => {
      const { status, body } = await this.#post("/submitSnapshot", "fay", this.#agreed, 1040, "bafkx");
      assert.equal(status, 403);
      assert.equal(typeof body.error.details, "string");
      assert.equal((await this.#submissions(this.#agreed, 1040)).status, 404);
    });
    await this.#checks.that("an epoch that was never released takes no snapshot", async () => {
      for (const end of [1000, 1014, 1090, 1_000_000_000]) {
        const { status, body } = await this.#post("/submitSnapshot", "ann", this.#agreed, end, "bafkx");
        assert.equal(status, 400, `${end}`);
        assert.equal(typeof body.error.details, "string");
        assert.equal((await this.#submissions(this.#agreed, end)).status, 404);
      }
    });
    await this.#checks.that("a window goes on through a crash, and ends without being asked", async () => {
      assert.deepEqual(await this.#submit("ann", this.#ofFive, 1050, "bafkx"), accepted);
      await this.#service.crash();
      await this.#service.start();
      await pause(1000 * (WINDOW_SECONDS + 1));
      const { body } = await this.#service.post(
        "/epochStatus", { instanceID: this.#uuidOf("ann"), projectID: this.#ofFive, epoch: epochOf(1050) });
      assert.equal(body.finalizedSnapshotCID, "bafkx");
    });
  }
}
