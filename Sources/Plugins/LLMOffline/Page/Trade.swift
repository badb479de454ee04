/// A line of business: what it sells, for how much, and how it speaks of itself.
struct Trade: Sendable {
  struct Offer: Sendable {
    let name: Localized
    /// In cents and in yuan.
    let dollarCents: Int
    let yuan: Int

    init(_ english: String, _ chinese: String, _ dollarCents: Int, _ yuan: Int) {
      name = Localized(english, chinese)
      self.dollarCents = dollarCents
      self.yuan = yuan
    }

    func price(_ language: Language) -> String {
      guard language == .english else { return "¥\(yuan)" }
      let cents = dollarCents % 100
      return "$\(dollarCents / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
  }

  let keywords: [String]
  let tagline: Localized
  /// At least five.
  let offers: [Offer]

  /// The trade a text names, else ``general``.
  static func meant(by text: String) -> Trade {
    let text = LoweredText(text)
    return all.first { trade in trade.keywords.contains { text.mentions($0) } } ?? general
  }

  static let all = [bakery, cafe, restaurant, gym, hotel, school, salon, clinic, books, florist, studio]

  static let bakery = Trade(
    keywords: ["baker", "bread", "patisserie", "cake", "面包", "烘焙", "蛋糕", "甜品"],
    tagline: Localized("Baked by hand before sunrise, every day.", "每天日出之前，手工烘焙。"),
    offers: [
      Offer("Sourdough loaf", "天然酵母面包", 650, 28), Offer("Butter croissant", "黄油可颂", 320, 15), Offer("Cinnamon roll", "肉桂卷", 380, 18),
      Offer("Rye bread", "黑麦面包", 590, 26), Offer("Apple tart", "苹果挞", 450, 22), Offer("Baguette", "法棍", 290, 12),
    ])

  static let cafe = Trade(
    keywords: ["cafe", "café", "coffee", "tea house", "tea shop", "咖啡", "茶馆", "奶茶"],
    tagline: Localized("Good coffee, slow mornings.", "一杯好咖啡，慢享好时光。"),
    offers: [
      Offer("Espresso", "浓缩咖啡", 280, 18), Offer("Flat white", "澳白咖啡", 420, 28), Offer("Filter coffee", "手冲咖啡", 390, 32),
      Offer("Green tea", "绿茶", 310, 20), Offer("Cheesecake", "芝士蛋糕", 520, 30),
    ])

  static let restaurant = Trade(
    keywords: ["restaurant", "bistro", "pizz", "diner", "food", "noodle", "餐厅", "饭店", "餐馆", "火锅", "美食"],
    tagline: Localized("Seasonal dishes, cooked to order.", "时令食材，现点现做。"),
    offers: [
      Offer("Soup of the day", "例汤", 590, 22), Offer("Garden salad", "田园沙拉", 750, 32), Offer("Grilled fish", "香煎鲜鱼", 1690, 68),
      Offer("Vegetable noodles", "时蔬炒面", 1190, 36), Offer("Lemon sorbet", "柠檬雪葩", 490, 24),
    ])

  static let gym = Trade(
    keywords: ["gym", "fitness", "yoga", "sport", "健身", "瑜伽", "运动"],
    tagline: Localized("Stronger together, at your own pace.", "按自己的节奏，一起变强。"),
    offers: [
      Offer("Day pass", "单日卡", 1200, 60), Offer("Monthly membership", "月卡", 4900, 299), Offer("Personal training", "私教课", 4500, 320),
      Offer("Yoga class", "瑜伽课", 1500, 90), Offer("Spinning class", "动感单车课", 1400, 80),
    ])

  static let hotel = Trade(
    keywords: ["hotel", "hostel", "guesthouse", "guest house", "bed and breakfast", "酒店", "民宿", "旅馆"],
    tagline: Localized("Quiet rooms in the middle of everything.", "闹中取静，宾至如归。"),
    offers: [
      Offer("Single room", "单人间", 7900, 298), Offer("Double room", "双人间", 10900, 398), Offer("Family room", "家庭房", 14900, 568),
      Offer("Breakfast", "早餐", 1400, 48), Offer("Late checkout", "延迟退房", 2000, 80),
    ])

  static let school = Trade(
    keywords: ["school", "course", "tutor", "academy", "kindergarten", "学校", "培训", "课程", "教育", "幼儿园"],
    tagline: Localized("Small classes, curious minds.", "小班教学，启发好奇。"),
    offers: [
      Offer("Beginner course", "入门课程", 9900, 680), Offer("Intermediate course", "进阶课程", 12900, 880),
      Offer("Weekend workshop", "周末工作坊", 5900, 360),
      Offer("Private lesson", "一对一辅导", 3900, 260), Offer("Exam preparation", "考前冲刺", 14900, 980),
    ])

  static let salon = Trade(
    keywords: ["salon", "hair", "barber", "beauty", "spa", "nail", "理发", "美发", "美容", "美甲"],
    tagline: Localized("Take an hour for yourself.", "给自己一小时的美好。"),
    offers: [
      Offer("Haircut", "剪发", 2900, 88), Offer("Colouring", "染发", 6900, 298), Offer("Blow-dry", "造型吹发", 1900, 58),
      Offer("Manicure", "美甲", 2500, 128), Offer("Facial", "面部护理", 4900, 268),
    ])

  static let clinic = Trade(
    keywords: ["clinic", "doctor", "dentist", "dental", "vet", "pharmacy", "诊所", "医院", "牙科", "宠物", "药房"],
    tagline: Localized("Careful people, clear answers.", "细心诊疗，耐心解答。"),
    offers: [
      Offer("First consultation", "初诊", 6000, 120), Offer("Check-up", "常规检查", 4500, 180), Offer("Vaccination", "疫苗接种", 3500, 150),
      Offer("Follow-up visit", "复诊", 3000, 60), Offer("Home visit", "上门服务", 9000, 260),
    ])

  static let books = Trade(
    keywords: ["book", "library", "书店", "图书", "书屋"],
    tagline: Localized("Stories for every shelf.", "每一层书架，都有好故事。"),
    offers: [
      Offer("Novel of the month", "本月小说", 1490, 49), Offer("Picture book", "绘本", 1290, 45), Offer("Poetry collection", "诗集", 1100, 38),
      Offer("Cookbook", "食谱", 2190, 68), Offer("Notebook", "笔记本", 690, 22),
    ])

  static let florist = Trade(
    keywords: ["florist", "flower", "garden", "plant", "花店", "鲜花", "植物", "园艺"],
    tagline: Localized("Fresh from the garden this morning.", "今晨采摘，新鲜送达。"),
    offers: [
      Offer("Seasonal bouquet", "时令花束", 2900, 128), Offer("Rose", "玫瑰", 390, 15), Offer("Potted fern", "蕨类盆栽", 1490, 58),
      Offer("Table arrangement", "桌花", 3900, 168), Offer("Herb box", "香草盒", 1990, 76),
    ])

  static let studio = Trade(
    keywords: ["portfolio", "photograph", "design", "agency", "artist", "studio", "作品集", "摄影", "设计", "工作室"],
    tagline: Localized("Work we are glad to put our name to.", "用心完成每一件作品。"),
    offers: [
      Offer("Portrait session", "人像拍摄", 15000, 699), Offer("Product photos", "产品拍摄", 22000, 1200),
      Offer("Logo design", "标志设计", 40000, 2800),
      Offer("Web design", "网页设计", 120000, 6800), Offer("Consulting hour", "咨询（每小时）", 9000, 500),
    ])

  static let general = Trade(
    keywords: [],
    tagline: Localized("Made with care, for the people who use it.", "用心打造，只为使用它的人。"),
    offers: [
      Offer("Starter package", "入门套餐", 1900, 99), Offer("Standard package", "标准套餐", 4900, 299),
      Offer("Complete package", "完整套餐", 9900, 599),
      Offer("Single session", "单次服务", 2900, 168), Offer("Gift voucher", "礼品券", 2500, 150),
    ])
}
