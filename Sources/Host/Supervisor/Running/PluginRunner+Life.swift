import JSONRPC
import Logging
import NIOCore
import PluginProtocol
import Router
import Sandbox
import Synchronization
import UnixTransport

/// One incarnation from its start to its end.
extension PluginRunner {
  /// The exit code by which a program says: my configuration is wrong, do not restart me (sysexits.h, EX_CONFIG).
  private static let configurationExit: Int32 = 78

  nonisolated func live(_ number: Int) async {
    let tail = OutputTail()
    do throws(LaunchError) {
      let (process, output, secrets, paths) = try await spawn(tail, number)
      guard let incarnation = await connect(number, process, output, tail) else {
        process.kill()
        await finish(number, process, await process.wait(), output, tail, fault: nil)
        return
      }
      await started(incarnation)
      await watch(incarnation, secrets: secrets, paths: paths)
    } catch {
      await ended(LastExit(incarnation: number, status: nil, cause: .launch, reason: error.message, at: .now, tail: tail))
      send(.launchFailed(permanent: error.isPermanent), of: number)
    }
  }

  private nonisolated func spawn(
    _ tail: OutputTail, _ number: Int
  ) async throws(LaunchError) -> (any PluginProcess, PluginOutput, secrets: [String: String], paths: [String: String]) {
    let executable: String
    var secrets: [String: String] = [:]
    do {
      executable = try environment.verifier.executable(of: manifest)
    } catch {
      throw LaunchError(error.description, isPermanent: true)
    }
    for (name, reference) in manifest.secrets {
      do {
        secrets[name] = try environment.secrets.resolve(reference)
      } catch {
        throw LaunchError("secret '\(name)': \(error.description)", isPermanent: true)
      }
    }
    let variables = environment.variables(id)
    let process = try await environment.spawner.spawn(
      PluginLaunch(manifest: manifest, executable: executable, variables: variables))
    let output = await readOutput(of: process, tail, number)
    let used = Set((manifest.sandbox.read + manifest.sandbox.write).compactMap(PathVariables.name))
    let paths = variables.values.filter { used.contains($0.key) }.map { ($0.key.lowercased(), $0.value) }
    return (process, output, secrets, Dictionary(paths) { first, _ in first })
  }

  private nonisolated func readOutput(of process: any PluginProcess, _ tail: OutputTail, _ number: Int) async -> PluginOutput {
    var channels: [any Channel] = []
    for (name, descriptor) in [("stdout", process.takeOutput()), ("stderr", process.takeErrors())] where descriptor >= 0 {
      var logger = logger
      logger[metadataKey: "stream"] = "\(name)"
      do {
        let sink = OutputReader.Sink(
          stream: name, incarnation: number, tail: tail, history: shared.history, logger: logger)
        channels.append(try await OutputReader.open(descriptor, on: environment.outputLoop, to: sink))
      } catch {
        logger.warning("plugin output cannot be read", metadata: ["reason": "\(error)"])
      }
    }
    return PluginOutput(channels: channels, eventLoop: environment.outputLoop)
  }

  private nonisolated func connect(
    _ number: Int, _ process: any PluginProcess, _ output: PluginOutput, _ tail: OutputTail
  ) async -> Incarnation? {
    var limits = ConnectionLimits()
    limits.outboundCallLimit = manifest.concurrency + 64
    let link = LinkID(plugin: id, incarnation: number)
    do {
      let controls = ProcessControls(kill: { process.kill() }, suspend: { process.suspend() })
      let connection = try await environment.router.connect(
        link, descriptor: process.takeSocket(), limits: limits, policy: manifest.policy, controls: controls)
      return Incarnation(
        number: number, process: process, output: output, tail: tail, started: .now, link: link, connection: connection)
    } catch {
      logger.error("plugin cannot be connected", metadata: ["reason": "\(error)"])
      return nil
    }
  }

  /// Follows a process until it is gone.
  private nonisolated func watch(_ incarnation: Incarnation, secrets: [String: String], paths: [String: String]) async {
    let number = incarnation.number
    await withDiscardingTaskGroup { group in
      let fault = Mutex<String?>(nil)
      incarnation.connection.closed.whenSuccess { reason in
        if reason.isFaultOfPeer { fault.withLock { $0 = "broke the protocol: \(reason)" } }
        self.send(.connectionLost("broke the protocol: \(reason)", isFault: reason.isFaultOfPeer), of: number)
      }
      group.addTask {
        guard await self.shakeHands(incarnation, secrets: secrets, paths: paths) else { return }
        await self.ping(incarnation)
      }
      let status = await incarnation.process.wait()
      // What the loop found before the process ended is heard now.
      _ = try? await incarnation.connection.eventLoop.submit {}.get()
      await finish(number, incarnation.process, status, incarnation.output, incarnation.tail, fault: fault.withLock { $0 })
      group.cancelAll()
      // What it wrote before its end is read first; a socket that somebody else still holds open is closed.
      let timer = incarnation.connection.eventLoop.scheduleTask(in: .seconds(1)) { incarnation.connection.close() }
      _ = try? await incarnation.connection.closed.get()
      timer.cancel()
    }
  }

  private nonisolated func finish(
    _ number: Int, _ process: any PluginProcess, _ status: TerminationStatus, _ output: PluginOutput, _ tail: OutputTail, fault: String?
  ) async {
    // Whoever hears of the end hears of its last words.
    await output.ended()
    var reason = fault
    if reason == nil { reason = await killReason }
    let ranOut = process.ranOutOfMemory
    if reason == nil, ranOut { reason = "out of memory: its limit is \(manifest.limits.memoryByteCount >> 20) MiB" }
    let cause = fault == nil ? await exitCause(status, ranOutOfMemory: ranOut) : .protocol
    await ended(LastExit(incarnation: number, status: status, cause: cause, reason: reason, at: .now, tail: tail))
    send(.exited(permanent: status == .code(Self.configurationExit)), of: number)
  }

  /// - Returns: whether the plugin serves now.
  private nonisolated func shakeHands(_ incarnation: Incarnation, secrets: [String: String], paths: [String: String]) async -> Bool {
    let peer = PluginPeer(link: incarnation.link, provides: Set(manifest.provides), connection: incarnation.connection)
    let isOnTrial = admission.map { !$0.isDecided } ?? false
    let handshake = Handshake(
      peer: peer, manifest: manifest, secrets: secrets, paths: paths, hooks: environment.hooks, isOnTrial: isOnTrial)
    do throws(Handshake.Failure) {
      let description = try await handshake.run()
      if isOnTrial, let admission {
        send(.proven, of: incarnation.number)
        guard await admission.passes() else { return false }
      }
      try await handshake.prepare()
      await environment.router.activate(incarnation.link, methods: description.methods, slot: slot)
      if isOnTrial { try await handshake.publish(description) }
      send(.ready, of: incarnation.number)
      return true
    } catch {
      if case .refused(let message, let isPermanent) = error {
        send(.handshakeFailed(message, permanent: isPermanent), of: incarnation.number)
      }
      return false
    }
  }

  /// Asks from time to time whether the plugin is alive: after a miss at once again, so that a hang is known within
  /// `ping` + `misses` × `ping` / 2.
  private nonisolated func ping(_ incarnation: Incarnation) async {
    let peer = PluginPeer(link: incarnation.link, provides: [], connection: incarnation.connection)
    var isMissing = false
    while !Task.isCancelled {
      if !isMissing, (try? await Task.sleep(for: manifest.health.ping)) == nil { return }
      // A simple blocking plugin cannot answer while it serves: there the deadline governs.
      if manifest.concurrency == 1, await environment.router.isBusy(incarnation.link) { continue }
      do throws(RPCError) {
        _ = try await peer.call("$/ping", [:], timeout: manifest.health.ping / 2)
        isMissing = false
        send(.pingAnswered, of: incarnation.number)
      } catch {
        guard error.code == .deadline else { return }
        isMissing = await !outwaitedDebugger(of: incarnation)
        if isMissing { send(.pingMissed, of: incarnation.number) }
      }
    }
  }

  /// Waits while a debugger holds the process: at a breakpoint it is silent and not hung.
  ///
  /// - Returns: whether there was one.
  private nonisolated func outwaitedDebugger(of incarnation: Incarnation) async -> Bool {
    guard let tracer = incarnation.process.tracer else { return false }
    logger.info("a debugger holds the plugin: it is not watched", metadata: ["debugger": "\(tracer)", "pid": "\(incarnation.process.pid)"])
    while incarnation.process.tracer != nil {
      if (try? await Task.sleep(for: manifest.health.ping)) == nil { return true }
    }
    logger.info("the debugger is gone: the plugin is watched again", metadata: ["debugger": "\(tracer)"])
    return true
  }

  /// Lets an incarnation finish what it serves, and asks it to go.
  nonisolated func drain(_ incarnation: Incarnation) async {
    await environment.router.deactivate(incarnation.link)
    let peer = PluginPeer(link: incarnation.link, provides: [], connection: incarnation.connection)
    do throws(RPCError) {
      _ = try await peer.call("$/drain", [:], timeout: manifest.health.drain)
      drained.open()
      send(.drained, of: incarnation.number)
      _ = try await peer.call("$/shutdown", [:], timeout: .seconds(2))
    } catch {
      // It ended, or TERM comes next.
      logger.debug("plugin did not drain", metadata: ["reason": "\(error.message)"])
    }
  }
}
