#!/usr/bin/env python3
"""A model as a program: questions come as lines of JSON on standard input, answers go out as such.

  {"id":7,"ask":"inference","topic":1,"block":5024,"labels":false}      a question
  {"id":7,"value":"3012.457100"}                                        its answer
  {"id":7,"error":"why there is none"}                                  or what went wrong

Outpost starts it with the first question and keeps it. Standard error is shown in Outpost's log at debug level; only
answers belong on standard output. When standard input ends, so does the program. Needs no packages.
"""

import json
import sys
from decimal import Decimal


def infer(topic: int, block: int) -> Decimal:
    """Put your model here. Decimal keeps every digit; a float would bring its own."""
    return Decimal("3000") + Decimal(block % 1000) / Decimal(80) + Decimal(topic) / Decimal(10000)


def answer(question: dict) -> dict:
    if question["ask"] != "inference":
        return {"id": question["id"], "error": f"this model gives no {question['ask']}"}
    return {"id": question["id"], "value": f"{infer(question['topic'], question['block']):.6f}"}


def main() -> None:
    print("ready", file=sys.stderr, flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        try:
            reply = answer(question)
        except Exception as fault:
            reply = {"id": question["id"], "error": repr(fault)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
