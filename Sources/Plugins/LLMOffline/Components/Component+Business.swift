/// Parts that tell visitors about a business.
extension Component {
  static let hours = Component(
    kind: "opening-hours",
    keywords: ["opening hour", "business hour", "opening time", "hours of operation", "hours", "timetable", "营业时间", "开放时间", "开店时间", "时间表"],
    title: Localized("Opening hours", "营业时间"),
    standards: [
      Standard("A table lists the hours of all seven days of the week", "用表格列出一周七天的营业时间", .has("<table"), .count("<tr data-day=", 7)),
      Standard("The current day is highlighted", "当天的营业时间会突出显示", .has("getDay()"), .pageHas("tr.today")),
    ],
    body: { part in
      let names: [String] =
        part.language == .english
        ? ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        : ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"]
      let hours: [Int: String] = [0: "08:00 – 13:00", 1: part.language == .english ? "Closed" : "休息", 6: "07:00 – 14:00"]
      let rows = [1, 2, 3, 4, 5, 6, 0].map { (day: Int) -> String in
        "    <tr data-day=\"\(day)\"><th scope=\"row\">\(names[day])</th><td>\(hours[day] ?? "07:00 – 18:30")</td></tr>"
      }
      return HTML.lines(
        ["  <table>"], rows,
        [
          "  </table>",
          "  <script>\(part.element).querySelector('tr[data-day=\"' + new Date().getDay() + '\"]').classList.add('today');</script>",
        ])
    })

  static let menu = Component(
    kind: "menu",
    keywords: [
      "menu", "price list", "dishes", "products", "services", "catalog", "catalogue", "offers", "offerings", "prices", "菜单", "价目表", "产品",
      "商品",
      "服务项目", "菜品",
    ],
    title: Localized("Menu", "菜单"),
    standards: [
      Standard("At least five items are listed by name", "至少列出五个条目的名称", .count("<li data-item", 5)),
      Standard("Every item shows its price", "每个条目都标明价格", .count("class=\"price\"", 5)),
    ],
    body: { part in
      let items = part.subject.trade.offers.map { offer -> String in
        "    <li data-item><span>\(offer.name(part.language))</span> <span class=\"price\">\(offer.price(part.language))</span></li>"
      }
      return HTML.lines(["  <ul class=\"prices\">"], items, ["  </ul>"])
    })

  static let gallery = Component(
    kind: "gallery",
    keywords: ["gallery", "photo", "picture", "image", "slideshow", "画廊", "相册", "图片", "照片", "图集", "作品展示"],
    title: Localized("Gallery", "图片展示"),
    standards: [
      Standard(
        "At least four pictures are shown, each with a caption", "至少展示四张图片，每张都有说明文字", .count("<figure>", 4), .count("<figcaption>", 4)),
      Standard("Every picture has a text alternative", "每张图片都有替代文本", .count("role=\"img\" aria-label=", 4)),
    ],
    body: { part in
      let figures = part.subject.trade.offers.prefix(4).enumerated().flatMap { index, offer -> [String] in
        let name = offer.name(part.language)
        let hue = 30 + index * 70
        return [
          "    <figure>",
          "      <svg viewBox=\"0 0 120 80\" role=\"img\" aria-label=\"\(name)\">",
          "        <rect width=\"120\" height=\"80\" fill=\"hsl(\(hue) 60% 80%)\"/>",
          "        <circle cx=\"\(30 + index * 20)\" cy=\"44\" r=\"22\" fill=\"hsl(\(hue) 50% 55%)\"/></svg>",
          "      <figcaption>\(name)</figcaption>",
          "    </figure>",
        ]
      }
      return HTML.lines(["  <div class=\"grid\">"], figures, ["  </div>"])
    })

  static let location = Component(
    kind: "location",
    keywords: ["location", "address", "map", "direction", "where to find", "地址", "地图", "位置", "路线", "交通"],
    title: Localized("Where to find us", "如何找到我们"),
    standards: [
      Standard("The full address is shown", "显示完整地址", .has("<address>")),
      Standard("A map drawing works without a network", "示意地图无需联网即可显示", .has("data-map")),
    ],
    body: { part in
      let address = part.language == .english ? "12 Market Street, Old Town" : "老城区市场街 12 号"
      let hint = part.language == .english ? "Two minutes on foot from the Market Square stop." : "从市场广场站步行两分钟即到。"
      return [
        "  <address>\(HTML.escape(part.subject.name))<br>\(address)</address>",
        "  <p>\(hint)</p>",
        "  <svg data-map class=\"map\" viewBox=\"0 0 300 120\" role=\"img\" aria-label=\"\(address)\">"
          + "<rect width=\"300\" height=\"120\" fill=\"#e8efe6\"/><path d=\"M0 70H300M110 0V120M220 0V120\" stroke=\"#fff\" stroke-width=\"12\"/>"
          + "<circle cx=\"150\" cy=\"70\" r=\"9\" fill=\"#b3261e\"/></svg>",
      ]
    })

  static let about = Component(
    kind: "about",
    keywords: ["about us", "about section", "about page", "our story", "history", "introduction", "关于", "简介", "介绍", "品牌故事", "历史"],
    title: Localized("About us", "关于我们"),
    standards: [
      Standard("At least two paragraphs tell who is behind it", "至少用两段文字介绍背后的团队", .count("<p data-story>", 2)),
      Standard("It names what the page is about", "文字中提到页面的主题名称", .has("data-subject")),
    ],
    body: { part in
      let name = "<strong data-subject>\(HTML.escape(part.subject.name))</strong>"
      return part.language == .english
        ? [
          "  <p data-story>\(name) began as an idea among friends who cared about doing one thing well.</p>",
          "  <p data-story>\(part.subject.trade.tagline.english) That is still how we work, and everyone is welcome to see it.</p>",
        ]
        : ["  <p data-story>\(name)源于几位朋友的共同想法：用心把一件事做好。</p>", "  <p data-story>\(part.subject.trade.tagline.chinese)我们一直如此，欢迎您来看看。</p>"]
    })

  static let team = Component(
    kind: "team",
    keywords: ["team", "staff", "people", "founder", "团队", "员工", "成员", "创始人"],
    title: Localized("Our team", "我们的团队"),
    standards: [
      Standard("At least three people are introduced by name and role", "至少介绍三位成员的姓名和职责", .count("data-person", 3)),
      Standard("Every person has a short description", "每位成员都有一句介绍", .count("<p data-bio>", 3)),
    ],
    body: { part in
      let people: [(String, String, String)] =
        part.language == .english
        ? [
          ("Ada", "Founder", "Keeps the standards high."), ("Ben", "Craft", "Makes what you see here."),
          ("Mia", "Service", "Answers every question."),
        ]
        : [("林晓", "创始人", "对品质始终如一。"), ("陈工", "制作", "您看到的一切都出自他手。"), ("王敏", "客户服务", "解答每一个问题。")]
      let cards = people.flatMap { name, role, bio -> [String] in
        ["    <article class=\"card\" data-person><h3>\(name) · \(role)</h3>", "      <p data-bio>\(bio)</p></article>"]
      }
      return HTML.lines(["  <div class=\"grid\">"], cards, ["  </div>"])
    })

  static let testimonials = Component(
    kind: "testimonials",
    keywords: ["testimonial", "review", "customer voice", "feedback from", "评价", "评论", "口碑", "客户反馈"],
    title: Localized("What people say", "客户评价"),
    standards: [
      Standard("At least three quotations are shown, each with its author", "至少展示三条带署名的评价", .count("<blockquote>", 3), .count("<cite>", 3)),
      Standard("Every quotation carries a rating", "每条评价都有评分", .count("★★★★", 3)),
    ],
    body: { part in
      let quotes: [(String, String)] =
        part.language == .english
        ? [("Exactly what I hoped for.", "Sam"), ("Friendly, fast and careful.", "Noor"), ("I tell all my friends.", "Jo")]
        : [("正是我想要的。", "小张"), ("热情、迅速又细致。", "李女士"), ("已经推荐给所有朋友。", "阿明")]
      return quotes.map { "  <blockquote><p><span class=\"stars\">★★★★★</span> \($0.0)</p><cite>\($0.1)</cite></blockquote>" }
    })

  static let questions = Component(
    kind: "questions",
    keywords: ["faq", "frequently asked", "questions", "q&a", "常见问题", "问答", "疑问"],
    title: Localized("Questions and answers", "常见问题"),
    standards: [
      Standard("At least three questions are answered", "至少回答三个问题", .count("<details>", 3)),
      Standard("Answers open and close by mouse and keyboard", "答案可用鼠标和键盘展开、收起", .count("<summary>", 3)),
    ],
    body: { part in
      let entries: [(String, String)] =
        part.language == .english
        ? [
          ("Do I need to book ahead?", "No, but it helps us to be ready for you."), ("How can I pay?", "In cash, by card or by phone."),
          ("Who can I ask?", "Anyone of us; we answer within one working day."),
        ] : [("需要提前预约吗？", "不需要，但提前告知我们会准备得更好。"), ("如何付款？", "现金、银行卡或手机支付均可。"), ("有问题找谁？", "联系我们任何一位，一个工作日内答复。")]
      return entries.flatMap { ["  <details>", "    <summary>\($0.0)</summary>", "    <p>\($0.1)</p>", "  </details>"] }
    })

  static let news = Component(
    kind: "news",
    keywords: ["news", "blog", "article", "announcement", "event", "新闻", "博客", "文章", "公告", "活动", "资讯"],
    title: Localized("News", "最新动态"),
    standards: [
      Standard(
        "At least two articles are shown, each with a date and a heading", "至少展示两篇带日期和标题的文章", .count("<article", 2),
        .count("<time datetime=", 2)),
      Standard("Every article has a readable text", "每篇文章都有正文", .count("<p data-text>", 2)),
    ],
    body: { part in
      let name = HTML.escape(part.subject.name)
      let articles: [(String, String, String)] =
        part.language == .english
        ? [
          ("2026-03-02", "A new season begins", "\(name) starts into spring with fresh ideas."),
          ("2026-02-10", "Thank you", "Hundreds of visitors came to our open day."),
        ]
        : [("2026-03-02", "新的季节", "\(name)带着新的想法迎接春天。"), ("2026-02-10", "感谢大家", "数百位客人参加了我们的开放日。")]
      return articles.flatMap { date, title, text -> [String] in
        [
          "  <article class=\"card\">", "    <time datetime=\"\(date)\">\(date)</time><h3>\(title)</h3>", "    <p data-text>\(text)</p>",
          "  </article>",
        ]
      }
    })

  static let social = Component(
    kind: "social-links",
    keywords: ["social media", "social link", "follow us", "footer", "社交", "关注我们", "页脚", "公众号"],
    title: Localized("Follow us", "关注我们"),
    standards: [
      Standard("At least three links to other channels are shown", "至少提供三个其他渠道的链接", .count("data-channel", 3)),
      Standard("Links open without giving away the visitor's page", "链接打开时不会泄露来源页面", .count("rel=\"noopener noreferrer\"", 3)),
    ],
    body: { part in
      let channels: [(String, String)] =
        part.language == .english
        ? [("Mastodon", "https://joinmastodon.org"), ("Instagram", "https://www.instagram.com"), ("YouTube", "https://www.youtube.com")]
        : [("微博", "https://weibo.com"), ("哔哩哔哩", "https://www.bilibili.com"), ("知乎", "https://www.zhihu.com")]
      let links = channels.map { "    <li data-channel><a href=\"\($0.1)\" target=\"_blank\" rel=\"noopener noreferrer\">\($0.0)</a></li>" }
      return HTML.lines(["  <ul>"], links, ["  </ul>"])
    })
}
