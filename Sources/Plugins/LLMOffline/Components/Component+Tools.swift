/// Parts that do something: small programs in the page, without a network.
extension Component {
  static let todo = Component(
    kind: "todo-list",
    keywords: ["todo", "to-do", "to do list", "task list", "checklist", "tasks", "待办", "任务清单", "任务列表", "清单"],
    title: Localized("To-do list", "待办清单"),
    standards: [
      Standard(
        "Entries can be added, ticked off and removed", "可以添加、勾选和删除条目", .has("data-add"), .has("type=\"checkbox\""), .has("data-remove")),
      Standard(
        "Entries are still there after the page is loaded again", "重新打开页面后条目仍在", .has("localStorage.setItem"), .has("localStorage.getItem")),
    ],
    body: { part in
      let english = part.language == .english
      return [
        "  <form class=\"card row\" data-add><label for=\"\(part.anchor)-entry\">\(english ? "New entry" : "新条目")</label>",
        "    <input id=\"\(part.anchor)-entry\" required maxlength=\"200\"><button type=\"submit\">\(english ? "Add" : "添加")</button></form>",
        "  <ul class=\"list\" data-list></ul>",
        "  <template><li><label><input type=\"checkbox\"> <span></span></label> <button type=\"button\" data-remove>\(english ? "Remove" : "删除")</button></li></template>",
        "  <script>(() => {",
        "    const root = \(part.element), key = 'todo-\(part.anchor)', list = root.querySelector('[data-list]');",
        "    let entries = JSON.parse(localStorage.getItem(key) || '[]');",
        "    const save = () => { localStorage.setItem(key, JSON.stringify(entries)); draw(); };",
        "    const draw = () => { list.replaceChildren(...entries.map((entry, index) => {",
        "      const item = root.querySelector('template').content.cloneNode(true).firstChild;",
        "      item.querySelector('span').textContent = entry.text;",
        "      const box = item.querySelector('input'); box.checked = entry.done; box.onchange = () => { entry.done = box.checked; save(); };",
        "      item.querySelector('[data-remove]').onclick = () => { entries.splice(index, 1); save(); };",
        "      return item; })); };",
        "    root.querySelector('[data-add]').onsubmit = event => { event.preventDefault(); const input = event.target.querySelector('input');",
        "      const text = input.value.trim(); if (text) { entries.push({ text, done: false }); input.value = ''; save(); } };",
        "    draw();",
        "  })();</script>",
      ]
    })

  static let calculator = Component(
    kind: "calculator",
    keywords: ["calculator", "calculate", "computation", "converter", "计算器", "计算", "换算"],
    title: Localized("Calculator", "计算器"),
    standards: [
      Standard(
        "Two numbers can be added, subtracted, multiplied and divided", "可以对两个数做加、减、乘、除", .count("<option value=", 4),
        .count("type=\"number\"", 2)),
      Standard("A division by zero gives a message instead of a result", "除以零时给出提示而不是结果", .has("data-zero")),
    ],
    body: { part in
      let english = part.language == .english
      let id = part.anchor
      return [
        "  <div class=\"card row\" data-zero=\"\(english ? "Cannot divide by zero" : "不能除以零")\">",
        "    <label for=\"\(id)-a\">\(english ? "First number" : "第一个数")</label><input id=\"\(id)-a\" type=\"number\" step=\"any\" value=\"12\">",
        "    <label for=\"\(id)-o\">\(english ? "Operation" : "运算")</label><select id=\"\(id)-o\">",
        "      <option value=\"+\">+</option>", "      <option value=\"-\">−</option>", "      <option value=\"*\">×</option>",
        "      <option value=\"/\">÷</option>",
        "    </select>",
        "    <label for=\"\(id)-b\">\(english ? "Second number" : "第二个数")</label><input id=\"\(id)-b\" type=\"number\" step=\"any\" value=\"4\">",
        "    <output for=\"\(id)-a \(id)-o \(id)-b\"></output>", "  </div>",
        "  <script>(() => {",
        "    const root = \(part.element), [a, b] = root.querySelectorAll('input'), operation = root.querySelector('select');",
        "    const apply = { '+': (x, y) => x + y, '-': (x, y) => x - y, '*': (x, y) => x * y, '/': (x, y) => x / y };",
        "    const show = () => { const x = Number(a.value), y = Number(b.value);",
        "      root.querySelector('output').textContent = operation.value === '/' && y === 0 ? root.querySelector('[data-zero]').dataset.zero : '= ' + apply[operation.value](x, y); };",
        "    root.addEventListener('input', show); show();", "  })();</script>",
      ]
    })

  static let timer = Component(
    kind: "timer",
    keywords: ["timer", "stopwatch", "countdown", "pomodoro", "clock", "计时", "倒计时", "秒表", "番茄钟", "时钟"],
    title: Localized("Timer", "计时器"),
    standards: [
      Standard("It can be started, stopped and reset", "可以开始、停止和重置", .has("data-start"), .has("data-stop"), .has("data-reset")),
      Standard("The time left is shown in minutes and seconds", "以分和秒显示剩余时间", .has("<output data-time>")),
    ],
    body: { part in
      let english = part.language == .english
      return [
        "  <div class=\"card row\"><label for=\"\(part.anchor)-m\">\(english ? "Minutes" : "分钟")</label>",
        "    <input id=\"\(part.anchor)-m\" type=\"number\" min=\"1\" max=\"180\" value=\"25\">",
        "    <output data-time>25:00</output>",
        "    <button type=\"button\" data-start>\(english ? "Start" : "开始")</button> <button type=\"button\" data-stop>\(english ? "Stop" : "停止")</button>"
          + " <button type=\"button\" data-reset>\(english ? "Reset" : "重置")</button></div>",
        "  <script>(() => {",
        "    const root = \(part.element), find = name => root.querySelector(name), minutes = find('input');",
        "    let left = minutes.value * 60, ticking = null;",
        "    const draw = () => { find('[data-time]').textContent = String(Math.floor(left / 60)).padStart(2, '0') + ':' + String(left % 60).padStart(2, '0'); };",
        "    const stop = () => { clearInterval(ticking); ticking = null; };",
        "    const reset = () => { stop(); left = Math.max(1, minutes.value) * 60; draw(); };",
        "    find('[data-start]').onclick = () => { ticking ??= setInterval(() => { left = Math.max(0, left - 1); draw(); if (left === 0) stop(); }, 1000); };",
        "    find('[data-stop]').onclick = stop; find('[data-reset]').onclick = reset; minutes.onchange = reset; draw();",
        "  })();</script>",
      ]
    })

  static let search = Component(
    kind: "search",
    keywords: ["search", "filter", "find products", "lookup", "搜索", "查找", "检索", "筛选"],
    title: Localized("Search", "搜索"),
    standards: [
      Standard("A labelled search field stands in the section", "区块中有带标签的搜索框", .has("<label for="), .has("type=\"search\"")),
      Standard(
        "Typing filters the entries and tells how many are left", "输入时即时筛选条目，并显示剩余数量", .has("addEventListener('input'"), .has("data-found"),
        .count("<li data-entry>", 5)),
    ],
    body: { part in
      let english = part.language == .english
      let entries = part.subject.trade.offers.map { "    <li data-entry>\($0.name(part.language))</li>" }
      return HTML.lines(
        [
          "  <div class=\"card\"><label for=\"\(part.anchor)-q\">\(english ? "Search" : "搜索")</label> <input id=\"\(part.anchor)-q\" type=\"search\">"
            + " <span data-found role=\"status\"></span></div>", "  <ul class=\"list\">",
        ], entries,
        [
          "  </ul>", "  <script>(() => {",
          "    const root = \(part.element), input = root.querySelector('input'), entries = [...root.querySelectorAll('[data-entry]')];",
          "    const filter = () => { const text = input.value.trim().toLowerCase();",
          "      entries.forEach(entry => { entry.hidden = !entry.textContent.toLowerCase().includes(text); });",
          "      root.querySelector('[data-found]').textContent = entries.filter(entry => !entry.hidden).length + ' / ' + entries.length; };",
          "    input.addEventListener('input', filter); filter();", "  })();</script>",
        ])
    })

  static let theme = Component(
    kind: "theme",
    keywords: ["dark mode", "dark theme", "night mode", "theme switch", "深色", "夜间模式", "暗色", "主题切换"],
    title: Localized("Light and dark", "浅色与深色"),
    standards: [
      Standard("A button switches between a light and a dark appearance", "按钮可在浅色与深色外观间切换", .has("data-toggle"), .pageHas(":root.dark")),
      Standard("The choice is kept for the next visit", "下次访问时保留选择", .has("localStorage.setItem('theme'")),
    ],
    body: { part in
      [
        "  <button type=\"button\" data-toggle aria-pressed=\"false\">\(part.language == .english ? "Switch appearance" : "切换外观")</button>",
        "  <script>(() => {",
        "    const button = \(part.element).querySelector('[data-toggle]'), root = document.documentElement;",
        "    const set = dark => { root.classList.toggle('dark', dark); button.setAttribute('aria-pressed', dark); localStorage.setItem('theme', dark ? 'dark' : 'light'); };",
        "    button.onclick = () => set(!root.classList.contains('dark')); set(localStorage.getItem('theme') === 'dark');",
        "  })();</script>",
      ]
    })
}
