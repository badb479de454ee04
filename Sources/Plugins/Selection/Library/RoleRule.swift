/// A role a project may need, and the words by which a requirement shows that it does.
struct RoleRule: Sendable {
  let role: String
  let title: String
  let duty: String
  let skills: [String]
  let domains: [String]
  /// Looked for in the lower-cased text, anywhere.
  let signs: [String]
  let priority: String

  /// Every requirement needs to be tested, so that the tester has no signs of its own.
  static let tester = RoleRule(
    role: "qa", title: "Tester", duty: "Turns delivery standards into checks and runs them", skills: ["testing", "quality"],
    domains: ["qa"], signs: [], priority: "medium")

  /// What no rule recognises is taken to be this one's.
  static let fallback = backend

  static let all: [RoleRule] = [frontend, backend, database, tester]

  private static let frontend = RoleRule(
    role: "frontend", title: "Frontend developer", duty: "Builds the pages and what users touch", skills: ["html", "css", "javascript"],
    domains: ["frontend"],
    signs: [
      "page", "frontend", "front-end", "interface", "form", "button", "menu", "layout", "website", "html", "css", "react", "vue", "screen",
      "页", "前端", "界面", "表单", "按钮", "菜单", "布局", "网站", "展示",
    ], priority: "high")

  private static let backend = RoleRule(
    role: "backend", title: "Backend developer", duty: "Builds the services behind the pages", skills: ["api", "python"],
    domains: ["backend"],
    signs: [
      "backend", "back-end", "api", "server", "service", "endpoint", "login", "account", "payment", "notification", "email",
      "后端", "接口", "服务", "登录", "账号", "支付", "通知", "邮件",
    ], priority: "high")

  private static let database = RoleRule(
    role: "database", title: "Database developer", duty: "Designs tables and keeps the data right", skills: ["sql", "database"],
    domains: ["database"],
    signs: ["database", "sql", "table of", "store", "record", "history", "report", "数据", "存储", "记录", "报表", "统计"], priority: "medium")
}
