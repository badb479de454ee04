/// The text that comes with a delivery.
struct Readme {
  let title: String
  let language: Language
  /// Id and title of every agreed requirement.
  let requirements: [(id: String, title: String)]

  var text: String {
    let list = requirements.map { "- \($0.id): \($0.title.oneLine)" }.joined(separator: "\n")
    guard language == .english else {
      return """
        # \(title.oneLine)

        一个自包含的网页：用任意浏览器打开 `index.html` 即可，无需联网，也无需安装任何东西。

        ## 约定的需求

        \(list)

        ## 验收

        运行 `sh checks/run.sh`。每一行以 `PASS` 或 `FAIL` 开头，后面是验收标准的编号。每个需求都有自己的脚本 `checks/<编号>.sh`。

        ## 说明

        页面由 HiveCore 内置的离线模型（offline-1）生成：它按规则工作，不是大语言模型。文字、价格与图片均为示例，请换成您自己的内容。
        表单只在浏览器中校验，接入您的服务后才会发送数据。

        """
    }
    return """
      # \(title.oneLine)

      One self-contained web page: open `index.html` in any browser. It needs no network and nothing installed.

      ## Agreed requirements

      \(list)

      ## Acceptance

      Run `sh checks/run.sh`. Each line begins with `PASS` or `FAIL` and the id of a criterion. Every requirement has its own script,
      `checks/<id>.sh`.

      ## Good to know

      The page was written by HiveCore's built-in offline model (offline-1), which works by rules and is not a language model. Texts, prices
      and pictures are samples: put your own in their place. Forms check their fields in the browser; they send nothing until you connect
      them to a service of yours.

      """
  }
}
