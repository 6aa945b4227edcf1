#!/usr/bin/env python3
"""A copy of an index in which some extensions lack their newest version, so that what upstreams have is news to it.

older-index.py INDEX COPY NAME…: each NAME needs two versions; a file that only the removed version names stays described.
"""
import json, os, shutil, sys

index, copy, names = sys.argv[1], sys.argv[2], sys.argv[3:]
shutil.rmtree(copy, ignore_errors=True)
shutil.copytree(index, copy)
for name in names:
    path = os.path.join(copy, "extensions", name, "repo.json")
    entry = json.load(open(path))
    newest = list(entry["versions"])[-1]
    del entry["versions"][newest]
    with open(path, "w") as file:
        file.write(json.dumps(entry, indent=2, ensure_ascii=False) + "\n")
    print(f"{name}: without {newest}")
