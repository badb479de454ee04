import CLinux
import Glibc

/// A child between clone and the execution of its program: both ends of everything it is connected by.
struct PendingChild: Sendable {
  let streams: ChildStreams
  let status: StatusPipe
  /// What becomes descriptor 0, 1, 2, … of the child; the host's copies close when this value goes.
  let childDescriptors: [Descriptor]
  private let go: Descriptor

  /// - Parameters:
  ///   - lock: stays open in the child for as long as it lives.
  ///   - mounts: what the plan counts from `HIVE_MOUNT_FD`.
  init(request: SpawnRequest, plan: [UInt8], lock: Descriptor?, mounts: [Descriptor]) throws(SpawnError) {
    let null = try Descriptor.null()
    let input = request.hasInput ? try Descriptor.pipe() : nil
    let output = try Descriptor.pipe()
    let errors = try Descriptor.pipe()
    let socket = request.hasSocket ? try Descriptor.socketPair() : nil
    let statusPipe = try Descriptor.pipe()
    let goPipe = try Descriptor.pipe()
    let planFile = unsafe plan.withUnsafeBytes { bytes -> Int32 in
      guard let base = bytes.baseAddress else { return -EINVAL }
      return unsafe hive_memory_file(base, bytes.count)
    }
    guard planFile >= 0 else { throw .neverStarted(stage: "plan", subject: "memory file", errno: -planFile) }
    streams = ChildStreams(input: input?.write, output: output.read, errors: errors.read, socket: socket?.host)
    status = StatusPipe(descriptor: statusPipe.read)
    go = goPipe.write
    childDescriptors =
      [
        input?.read ?? null, output.write, errors.write, socket?.child ?? null, Descriptor(planFile), statusPipe.write, goPipe.read,
        lock ?? Descriptor(-1),
      ] + mounts
  }

  /// Lets the child build its sandbox, and waits until the program runs.
  ///
  /// - Returns: the layers that the child says hold it.
  func release() throws(SpawnError) -> [String] {
    // From here on only the child holds its ends: when it dies, we read the end of the file.
    for descriptor in childDescriptors { descriptor.close() }
    var byte: UInt8 = 1
    guard unsafe write(go.rawValue, &byte, 1) == 1 else { throw .neverStarted(stage: "init", subject: "it ended early", errno: errno) }
    switch status.next(within: Spawner.startTimeout) {
    case .message(.running(let layers)): return layers
    case .message(.failed(let stage, let subject, let code)): throw .neverStarted(stage: stage, subject: subject, errno: code)
    case .message(.exited), .endOfFile: throw .neverStarted(stage: "init", subject: "it ended early", errno: ECHILD)
    case .timeout: throw .tooSlow
    }
  }
}

extension SandboxMeans {
  func namespaceFlags(for network: NetworkAccess) -> UInt64 {
    guard namespaces else { return 0 }
    return hive_sandbox_namespaces | (network == .none && networkNamespace ? hive_network_namespace : 0)
  }

  /// The layers that hold by how the child was made; the others it reports itself.
  func layers(for network: NetworkAccess) -> [SandboxLayer] {
    guard namespaces else { return [.limits] }
    return network == .none && networkNamespace ? [.namespaces, .networkNamespace, .limits] : [.namespaces, .limits]
  }
}
