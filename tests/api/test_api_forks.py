"""Forks of a program that has a client: each begins anew, takes nothing from its parent, and ends."""

import subprocess
import sys

from kit.program import Env
from kit.sandbox_calls import ANSWERED

PROGRAM = f"""
import itertools, os, sys, callinspect

def said(what):
    try:
        return what()
    except callinspect.CallinspectError as error:
        return error.message

client = callinspect.Client()
targets = [{ANSWERED!r}] * 200
begun = [client.get_many(targets), client.list("bandwidth")]
begun += [client.get_many(targets), client.list("bandwidth")]  # of which nothing is read before
for each in begun[:2]:
    next(each)
child = os.fork()
if not child:
    for each in begun:
        print(said(lambda: list(each)))
    print(client.get(*{ANSWERED!r}).id, len(list(client.get_many(targets))))
    client.close()
    print(said(lambda: client.get(*{ANSWERED!r})), flush=True)
    sys.exit()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(*(len(list(each)) for each in begun))
print(client.get(*{ANSWERED!r}).id)
"""

AT_ONCE = f"""
import os, sys, threading, callinspect

def sockets():
    links = [os.path.join("/proc/self/fd", each) for each in os.listdir("/proc/self/fd")]
    return sum(os.readlink(each).startswith("socket:") for each in links if os.path.lexists(each))

client = callinspect.Client()
client.get(*{ANSWERED!r})
if not os.fork():
    print(sockets())
    gate, inspectors = threading.Barrier(16), set()
    def ask():
        gate.wait()
        inspectors.add(id(client._ready()))
    threads = [threading.Thread(target=ask) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    print(len(inspectors), flush=True)
    sys.exit()
os.wait()
"""


def played(program: str, env: Env) -> list[str]:
    """Return the lines that a program writes which has every warning for an error, that of an open socket included."""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", program]
    done = subprocess.run(command, env=env, capture_output=True, check=False, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_fork_takes_nothing_of_its_parent_s(env: Env) -> None:
    """Its parent's threads do not exist there: an iterator that waited for them would wait for ever."""
    foreign = "the iterator was begun before this process was forked"
    written = played(PROGRAM, env)
    listed = int(written[-2].split()[3])
    assert written == [
        *(*[foreign] * 4, f"{ANSWERED[1]} 200", "the client is closed"),
        *("0", f"199 {listed - 1} 200 {listed}", ANSWERED[1]),
    ]


def test_threads_of_a_fork_share_one_rate(env: Env) -> None:
    """And none has a connection of the parent's."""
    assert played(AT_ONCE, env) == ["0", "1"]
