#!/usr/bin/env python3
"""A debugger at a breakpoint, for tests: takes hold of `-p PID`, keeps it stopped, and lets go when it is terminated."""
import ctypes
import signal
import sys

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207

blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
pid = int(sys.argv[sys.argv.index("-p") + 1])
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
    if libc.ptrace(request, pid, None, None) != 0:
        sys.exit(f"ptrace {request:#x}: errno {ctypes.get_errno()}")
print(f"holds {pid}, arguments {sys.argv[3:]}, blocked signals {sorted(blocked)}", flush=True)
signal.sigwait({signal.SIGTERM})
print("lets go", flush=True)
