/// Parts that sell or show figures, the page's own opening, and the part for everything else.
extension Component {
  static let cart = Component(
    kind: "cart",
    keywords: [
      "shopping cart", "cart", "basket", "order online", "online order", "online shop", "checkout", "购物车", "下单", "在线订购", "结账", "商城",
    ],
    title: Localized("Order", "在线订购"),
    standards: [
      Standard("Items can be put into the cart one by one", "可以逐件将商品加入购物车", .count("data-price=", 5)),
      Standard("The cart shows the total of what is in it", "购物车显示所选商品的总价", .has("<output data-total>")),
    ],
    body: { part in
      let english = part.language == .english
      let rows = part.subject.trade.offers.map { offer in
        "    <li>\(offer.name(part.language)) <span class=\"price\">\(offer.price(part.language))</span>"
          + " <button type=\"button\" data-price=\"\(english ? offer.dollarCents : offer.yuan * 100)\">\(english ? "Add" : "加入")</button></li>"
      }
      return HTML.lines(
        ["  <ul class=\"list\">"], rows,
        [
          "  </ul>", "  <p class=\"card\">\(english ? "Total:" : "合计：") <output data-total>0</output></p>",
          "  <script>(() => {", "    const root = \(part.element); let total = 0;",
          "    root.querySelectorAll('[data-price]').forEach(button => { button.onclick = () => { total += Number(button.dataset.price);",
          "      root.querySelector('[data-total]').textContent = '\(english ? "$" : "¥")' + (total / 100).toFixed(2); }; });",
          "  })();</script>",
        ])
    })

  static let plans = Component(
    kind: "plans",
    keywords: ["pricing", "price plan", "pricing plan", "plans", "membership", "套餐", "定价", "会员", "资费"],
    title: Localized("Prices", "套餐价格"),
    standards: [
      Standard(
        "At least three plans are set side by side, each with its price", "并列展示至少三个套餐及其价格", .count("data-plan", 3),
        .count("class=\"price\"", 3)),
      Standard("Every plan says what is included", "每个套餐都说明包含的内容", .count("<li data-included>", 6)),
    ],
    body: { part in
      let english = part.language == .english
      let names: [String] = english ? ["Basic", "Standard", "Plus"] : ["基础版", "标准版", "高级版"]
      let included: [String] = english ? ["Everything you need to start", "Help within one working day"] : ["入门所需的一切", "一个工作日内答复"]
      let cards = zip(names, part.subject.trade.offers).flatMap { name, offer -> [String] in
        HTML.lines(
          ["  <article class=\"card\" data-plan>", "    <h3>\(name)</h3><p class=\"price\">\(offer.price(part.language))</p>", "    <ul>"],
          included.map { "      <li data-included>\($0)</li>" }, ["    </ul>", "  </article>"])
      }
      return HTML.lines(["  <div class=\"grid\">"], cards, ["  </div>"])
    })

  static let chart = Component(
    kind: "chart",
    keywords: ["chart", "graph", "dashboard", "statistic", "report", "图表", "统计", "仪表盘", "报表", "数据展示"],
    title: Localized("Figures", "数据一览"),
    standards: [
      Standard("A drawing shows at least four values", "图形展示至少四个数值", .count("<rect data-bar", 4)),
      Standard("The same values are given as a table", "同样的数值以表格给出", .has("<table"), .count("<tr data-value>", 4)),
    ],
    body: { part in
      let names: [String] = part.language == .english ? ["Q1", "Q2", "Q3", "Q4"] : ["一季度", "二季度", "三季度", "四季度"]
      let values = [42, 58, 51, 73]
      let bars = values.enumerated().map { index, value -> String in
        "    <rect data-bar x=\"\(10 + index * 48)\" y=\"\(85 - value)\" width=\"36\" height=\"\(value)\" fill=\"currentColor\" opacity=\"0.6\"/>"
      }
      return HTML.lines(
        ["  <svg class=\"map\" viewBox=\"0 0 200 90\" role=\"img\" aria-label=\"\(HTML.escape(part.title))\">"], bars,
        ["  </svg>", "  <table>"],
        zip(names, values).map { "    <tr data-value><th scope=\"row\">\($0)</th><td>\($1)</td></tr>" }, ["  </table>"])
    })

  static let page = Component(
    kind: "page", keywords: [],
    title: Localized("Welcome", "欢迎"),
    standards: [
      Standard(
        "index.html is one self-contained file that works without a network and on small screens", "index.html 是一个自包含文件，无需联网，并适配小屏幕",
        .pageHas("<style>"), .pageLacks("<(script|img|link|iframe)[^>]*(src|href)=\"(https?:)?//"), .pageHas("name=\"viewport\""),
        .pageHas("@media")),
      Standard(
        "Its opening welcomes the visitor and says what the page is about", "开头欢迎访问者，并说明页面的主题", .has("data-subject"),
        .has("class=\"tagline\""),
        .pageHas("<h1>")),
    ],
    body: { part in
      let name = "<strong data-subject>\(HTML.escape(part.subject.name))</strong>"
      return [
        "  <p class=\"tagline\">\(part.subject.trade.tagline(part.language))</p>",
        part.language == .english
          ? "  <p>Welcome to \(name): everything you need is on this page.</p>" : "  <p>欢迎来到\(name)，您需要的一切都在本页。</p>",
      ]
    })

  static let generic = Component(
    kind: "other", keywords: [],
    title: Localized("More", "更多"),
    standards: [
      Standard("The section states what was asked for, in the user's words", "区块用用户的原话说明所要求的内容", .quoted),
      Standard("Its points are listed one by one", "逐条列出其要点", .has("<li data-point>")),
    ],
    body: { part in
      HTML.lines(["  <ul>"], Phrases.points(of: part.text).prefix(8).map { "    <li data-point>\(HTML.escape($0))</li>" }, ["  </ul>"])
    })
}
