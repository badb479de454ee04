#if arch(x86_64)
  import Foundation
  import TestSupport
  import Testing

  @testable import Sandbox

  /// One system call with arguments that can do no harm, and what it answers confined.
  struct ForbiddenCall: CustomTestStringConvertible {
    var name: String
    var number: Int
    var arguments = "0, 0, 0, 0, 0"
    var answer = EPERM

    var testDescription: String { name }

    /// Prints the errno, or 0.
    var script: String {
      "import ctypes; c = ctypes.CDLL(None, use_errno=True); r = c.syscall(\(number), \(arguments)); print(ctypes.get_errno() if r == -1 else 0)"
    }

    static let all: [ForbiddenCall] = [
      .init(name: "ptrace", number: 101, arguments: "1, 99999999, 0, 0"), .init(name: "process_vm_readv", number: 310),
      .init(name: "process_vm_writev", number: 311), .init(name: "pidfd_getfd", number: 438, arguments: "-1, 0, 0"),
      .init(name: "unshare", number: 272), .init(name: "setns", number: 308, arguments: "-1, 0"),
      .init(name: "clone into a user namespace", number: 56, arguments: "0x10800000, 0, 0, 0, 0"),
      .init(name: "clone3", number: 435, answer: ENOSYS), .init(name: "mount", number: 165), .init(name: "umount2", number: 166),
      .init(name: "pivot_root", number: 155), .init(name: "chroot", number: 161),
      .init(name: "move_mount", number: 429, arguments: "-1, 0, -1, 0, 0"),
      .init(name: "open_tree", number: 428, arguments: "-1, 0, 0"), .init(name: "fsopen", number: 430),
      .init(name: "fsmount", number: 432, arguments: "-1, 0, 0"),
      .init(name: "mount_setattr", number: 442, arguments: "-1, 0, 0, 0, 0"),
      .init(name: "open_by_handle_at", number: 304, arguments: "-1, 0, 0"),
      .init(name: "io_uring_setup", number: 425), .init(name: "io_uring_enter", number: 426, arguments: "-1, 0, 0, 0, 0"),
      .init(name: "io_uring_register", number: 427, arguments: "-1, 0, 0, 0"), .init(name: "bpf", number: 321, arguments: "-1, 0, 0"),
      .init(name: "userfaultfd", number: 323, arguments: "-1"), .init(name: "perf_event_open", number: 298),
      .init(name: "keyctl", number: 250, arguments: "-1"),
      .init(name: "add_key", number: 248), .init(name: "request_key", number: 249),
      .init(name: "fanotify_init", number: 300, arguments: "-1, 0"),
      .init(name: "kexec_load", number: 246, arguments: "0, 99, 0, -1"), .init(name: "reboot", number: 169),
      .init(name: "init_module", number: 175),
      .init(name: "finit_module", number: 313, arguments: "-1, 0, 0"), .init(name: "delete_module", number: 176),
      .init(name: "swapon", number: 167),
      .init(name: "swapoff", number: 168), .init(name: "acct", number: 163, arguments: "1"),
      .init(name: "settimeofday", number: 164, arguments: "1, 0"),
      .init(name: "syslog", number: 103, arguments: "-1, 0, 0"), .init(name: "iopl", number: 172, arguments: "99"),
      .init(name: "openat2", number: 437, arguments: "-1, 0, 0, 0", answer: ENOSYS),
      .init(name: "personality", number: 135, arguments: "0xffffffff"),
    ]
  }

  @Suite struct SystemCallTests {
    @Test(arguments: ForbiddenCall.all)
    func `is refused confined and answers otherwise outside`(call: ForbiddenCall) async throws {
      #expect(try await python(call.script).output == "\(call.answer)\n")
      // An ordinary user is refused some of them by the kernel anyway.
      if geteuid() == 0 { #expect(try await unconfined(call.script) != "\(call.answer)\n") }
    }

    private func unconfined(_ script: String) async throws -> String {
      try await RunningProcess.run(program: URL(filePath: "/usr/bin/python3"), arguments: ["-c", script]).output
    }

    @Test func `the 32-bit interface ends the process`() async throws {
      // int 0x80 with getpid: the filter sees another architecture.
      let script = """
        import ctypes, mmap
        code = mmap.mmap(-1, 4096, prot=7); code.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))(); print('answered')
        """
      let result = try await python(script)
      #expect(result.status == .signal(SIGSYS) && result.output.isEmpty)
    }
  }
#endif
