/// The agents every installation begins with. Source of numbers, scores and skills: contract selection.md, section 9.
enum BuiltinAgents {
  static let all: [BuiltinAgent] = [strategy, builder, reviewer, qa, product, ux, frontend, backend, devops]

  /// The performance a bundled agent starts with, by its number.
  static let performance = Dictionary(uniqueKeysWithValues: all.map { ($0.number, $0.performance) })

  private static let strategy = BuiltinAgent(
    number: "strategy-agent", name: "Strategist · 策略师", duty: "Planning strategist · 项目规划",
    english: "Breaks a goal into work packages, orders them by value and risk, and names what each one depends on.",
    chinese: "把目标拆成任务包，按价值和风险排序，并标明每项任务的依赖。", skills: ["planning", "decomposition", "prioritization"],
    domains: ["product", "strategy"], performance: 0.80)

  private static let builder = BuiltinAgent(
    number: "builder-agent", name: "Builder · 全栈工程师", duty: "Full-stack developer · 全栈开发",
    english: "Writes the first working version across the whole stack and keeps it running while it grows.",
    chinese: "贯通前后端，先交付能运行的版本，再持续完善。", skills: ["coding", "implementation", "fullstack"],
    domains: ["backend", "frontend", "fullstack"], performance: 0.70)

  private static let reviewer = BuiltinAgent(
    number: "reviewer-agent", name: "Reviewer · 代码审查员", duty: "Code reviewer · 代码审查",
    english: "Reads every change for defects, unclear names and security holes, and says what to do about each.",
    chinese: "逐项审查改动，指出缺陷、含糊的命名和安全漏洞，并给出改法。", skills: ["code-review", "quality", "security"],
    domains: ["qa", "security"], performance: 0.75)

  private static let qa = BuiltinAgent(
    number: "qa-agent", name: "Tester · 测试工程师", duty: "QA engineer · 质量保证",
    english: "Turns delivery standards into checks, runs them, and reports what passed with evidence.",
    chinese: "把交付标准变成可执行的检查，运行后凭证据给出结论。", skills: ["testing", "validation", "acceptance", "test"],
    domains: ["qa", "testing"], performance: 0.90)

  private static let product = BuiltinAgent(
    number: "product-agent", name: "Product manager · 产品经理", duty: "Product manager · 产品管理",
    english: "Finds out what users need, writes it down as stories, and decides when a story is done.",
    chinese: "弄清用户需要什么，写成用户故事，并定义完成的标准。", skills: ["requirements", "user-story", "specification"],
    domains: ["product", "requirements"], performance: 0.75)

  private static let ux = BuiltinAgent(
    number: "ux-agent", name: "Designer · 体验设计师", duty: "UI and UX designer · 界面与体验设计",
    english: "Sketches flows and screens, tries them early, and settles colour, type and spacing.",
    chinese: "勾画流程与界面，尽早试用，并确定配色、字体与间距。", skills: ["ui", "ux", "design", "prototyping", "wireframe"],
    domains: ["design", "ui", "ux"], performance: 0.90)

  private static let frontend = BuiltinAgent(
    number: "frontend-agent", name: "Frontend developer · 前端工程师", duty: "Frontend developer · 前端开发",
    english: "Builds pages that are quick, accessible and right on every screen.",
    chinese: "构建快速、无障碍、适配各种屏幕的页面。", skills: ["frontend", "react", "vue", "html", "css", "javascript", "ui"],
    domains: ["frontend", "web"], performance: 0.90)

  private static let backend = BuiltinAgent(
    number: "backend-agent", name: "Backend developer · 后端工程师", duty: "Backend and database developer · 后端与数据库开发",
    english: "Designs interfaces and tables, writes the services behind them, and watches their queries.",
    chinese: "设计接口与数据表，编写背后的服务，并关注查询性能。",
    skills: ["backend", "api", "database", "python", "fastapi", "django", "sql"], domains: ["backend", "api", "database", "data"],
    performance: 0.90
  )

  private static let devops = BuiltinAgent(
    number: "devops-agent", name: "Operator · 运维工程师", duty: "DevOps engineer · 部署运维",
    english: "Automates builds, releases and roll-backs, and makes running systems tell how they are.",
    chinese: "自动化构建、发布与回滚，让线上系统随时可观测。", skills: ["deployment", "ci-cd", "docker", "kubernetes"],
    domains: ["devops", "cloud"], performance: 0.75)
}
