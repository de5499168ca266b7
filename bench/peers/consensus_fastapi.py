"""A consensus service of the shape that is in use today: FastAPI workers before Redis.

It exists to be measured beside Outpost: per submission it parses the body twice, asks Redis whether the caller is
known, counts three rate-limit clauses, stores the vote, reads the window, the finalized CID, all votes of the round and
the number of peers, and judges the round. What it does not do: it keeps nothing on disk, and it takes any epoch.

Environment: PEER_REDIS (port), PEER_WORK (a JSON file with "snapshotters" and "projects").
"""
import json
import os
import time
import uuid

import redis.asyncio as redis
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

WINDOW_SECONDS = 60
KEYS_TTL = 86400
PERCENTAGE = 66
MIN_SNAPSHOTTERS = 1
CLAUSES = ((10**9, 86400), (10**9, 60), (10**9, 1))
COUNT_HIT = """
local hits = redis.call('INCRBY', KEYS[1], 1)
if hits == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return hits
"""

app = FastAPI()
store = redis.Redis(port=int(os.environ["PEER_REDIS"]), decode_responses=True, max_connections=200)
count_hit = store.register_script(COUNT_HIT)


class Epoch(BaseModel):
    begin: int
    end: int


class Submission(BaseModel):
    instanceID: str
    projectID: str
    epoch: Epoch
    snapshotCID: str


@app.on_event("startup")
async def register_all():
    """Several workers do the same: adding to a set twice changes nothing."""
    with open(os.environ["PEER_WORK"], encoding="utf-8") as file:
        work = json.load(file)
    await store.sadd("allowed", *work["snapshotters"])
    for project in work["projects"]:
        await store.sadd(f"{project}:peers", *work["snapshotters"])


@app.middleware("http")
async def name_request(request: Request, call_next):
    response = await call_next(request)
    response.headers["X-Request-ID"] = str(uuid.uuid4())
    return response


async def known_caller(request: Request):
    body = await request.json()
    caller = body.get("instanceID")
    if not await store.sismember("allowed", caller):
        return "unknown"
    for limit, seconds in CLAUSES:
        if await count_hit(keys=[f"limits:{caller}:{limit}:{seconds}"], args=[seconds]) > limit:
            return "too many"
    return None


async def judge(name: str, project: str, epoch_end: int, end_of_window: int):
    finalized = await store.hget(f"{project}:finalized", epoch_end)
    if finalized is not None:
        return "FINALIZED", finalized
    votes = {}
    for text in (await store.hgetall(f"{name}:votes")).values():
        vote = json.loads(text)
        if vote["submittedTS"] <= end_of_window:
            votes[vote["snapshotCID"]] = votes.get(vote["snapshotCID"], 0) + 1
    is_over = time.time() >= end_of_window
    if is_over and sum(votes.values()) < MIN_SNAPSHOTTERS:
        return "INDETERMINATE", None
    divisor = sum(votes.values()) if is_over else await store.scard(f"{name}:accepted")
    for cid, count in votes.items():
        if divisor and count * 100 >= PERCENTAGE * divisor:
            await store.hset(f"{project}:finalized", epoch_end, cid)
            return "FINALIZED", cid
    return ("INDETERMINATE" if is_over else "ACCEPTED"), None


@app.post("/submitSnapshot")
async def submit_snapshot(submission: Submission, refused=Depends(known_caller)):
    if refused == "unknown":
        return JSONResponse({"error": {"details": "illegal peer/instance ID supplied"}}, 401)
    if refused:
        return JSONResponse({"error": {"details": "rate limit exceeded"}}, 429)
    now = int(time.time())
    name = f"{submission.projectID}:{submission.epoch.end}"
    window = await store.get(f"{name}:window")
    if window is None:
        window = now + WINDOW_SECONDS
        await store.copy(f"{submission.projectID}:peers", f"{name}:accepted")
        await store.expire(f"{name}:accepted", KEYS_TTL)
        await store.set(f"{name}:window", window)
        await store.expire(f"{name}:window", KEYS_TTL)
    vote = json.dumps({"snapshotCID": submission.snapshotCID, "submittedTS": now})
    await store.hset(f"{name}:votes", submission.instanceID, vote)
    if await store.ttl(f"{name}:votes") < 0:
        await store.expire(f"{name}:votes", KEYS_TTL)
    status, cid = await judge(name, submission.projectID, submission.epoch.end, int(window))
    return {"status": status, "delayedSubmission": now > int(window), "finalizedSnapshotCID": cid}
