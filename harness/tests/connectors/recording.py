"""The example, which also writes each request to the file argv[1]."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "connectors"))
import example

with open(sys.argv[1], "a", encoding="utf-8") as record:
    for line in sys.stdin:
        record.write(line)
        record.flush()
        print(json.dumps(example.answer(example.asked_by(line))), flush=True)
