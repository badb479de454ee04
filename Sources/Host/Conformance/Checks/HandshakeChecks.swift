import JSONRPC
import PluginProtocol
import Supervisor

enum HandshakeChecks {
  /// In this order; without them nothing else can be seen.
  static let first: [Check] = [
    Check("handshake.initialize", "3", "answers $/initialize with protocol, name and version") { stage in
      try await stage.started { trial in
        let answer = try await trial.result("$/initialize", .object(trial.initialization()))
        try trial.require(answer["protocol"] == 1, #""protocol":1"#, answer)
        try trial.require(answer["name"].string?.isEmpty == false, "a name", answer)
        try trial.require(answer["version"].string?.isEmpty == false, "a version", answer)
        stage.learn(name: answer["name"].string ?? "", version: answer["version"].string ?? "")
      }
    },
    Check("handshake.describe", "5", "describes capabilities and methods that fit each other") { stage in
      try await stage.started { trial in
        _ = try await trial.result("$/initialize", .object(trial.initialization()))
        try await trial.raiseFrameLimit()
        let answer = try await trial.result("$/describe")
        let description: PluginDescription
        do {
          description = try PluginDescription(json: answer)
        } catch {
          throw Disproof(expected: "a description", came: "\(error)")
        }
        for method in description.methods where !description.provides.contains(method.capability) {
          throw Disproof(expected: "methods of the capabilities in provides only", came: method.name)
        }
        for capability in stage.candidate.manifest.provides where !description.provides.contains(capability) {
          throw Disproof(expected: "the capability \(capability)", came: "provides \(JSON(description.provides).text)")
        }
        stage.learn(description)
      }
    },
    Check("handshake.ready", "3", "answers $/ready when it can serve") { stage in
      try await stage.started { trial in
        try await trial.handshake()
        try await trial.pings()
      }
    },
  ]

  static let more: [Check] = [
    Check("handshake.versions", "3", "takes the version it knows of several, and leaves out members it does not know") { stage in
      try await stage.started { trial in
        let offer = trial.initialization(protocols: [1, 4095]).merging(["tomorrow": ["is": "another day"]])
        let answer = try await trial.result("$/initialize", .object(offer))
        try trial.require(answer["protocol"] == 1, #""protocol":1"#, answer)
      }
    },
    Check("handshake.refuses", "3", "refuses a host that speaks no version it knows") { stage in
      try await stage.started { trial in
        try await trial.refusal(.version, "$/initialize", .object(trial.initialization(protocols: [4095])))
      }
    },
  ]
}
