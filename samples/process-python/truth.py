#!/usr/bin/env python3
"""Where a reputer's truth comes from, as a program. It is asked once for each block that was inferred about:

  {"id":7,"ask":"truth","topic":1,"block":5024,"labels":false}          a question
  {"id":7,"value":"3012.457100"}                                        its answer
  {"id":7,"value":null}                                                 not known yet: it is asked again

A real one looks the price up that the market had an epoch after that block. Needs no packages.
"""

import json
import sys
from decimal import Decimal
from typing import Optional


def truth(topic: int, block: int) -> Optional[Decimal]:
    """Put your source here; None while it does not know. This one is a made-up price near that of model.py."""
    return Decimal("3001") + Decimal(block % 1000) / Decimal(75) + Decimal(topic) / Decimal(10000)


def answer(question: dict) -> dict:
    if question["ask"] != "truth":
        return {"id": question["id"], "error": f"this source gives no {question['ask']}"}
    value = truth(question["topic"], question["block"])
    return {"id": question["id"], "value": None if value is None else f"{value:.6f}"}


def main() -> None:
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
