/// Parts that ask visitors for something.
extension Component {
  private static let checked = Standard(
    "Required fields are checked in the browser before sending, with a clear message", "提交前在浏览器中校验必填项，并给出明确提示",
    .has("<form class=\"card\" data-validate"), .has("role=\"status\""), .pageHas("form[data-validate]"))

  static let contact = Component(
    kind: "contact-form",
    keywords: [
      "contact", "get in touch", "enquiry", "inquiry", "message form", "feedback form", "联系表单", "联系我们", "联系方式", "留言", "咨询", "反馈表",
    ],
    title: Localized("Contact", "联系我们"),
    standards: [
      Standard(
        "The form has labelled fields for name, e-mail and message", "表单包含带标签的姓名、邮箱和留言字段", .count("<label for=", 3), .has("name=\"name\""),
        .has("type=\"email\""), .has("<textarea")),
      checked,
    ],
    body: { part in
      let english = part.language == .english
      return HTML.form(
        Form(
          id: part.anchor, language: part.language,
          fields: [
            .init(name: "name", type: "text", label: english ? "Your name" : "姓名"),
            .init(name: "email", type: "email", label: english ? "E-mail" : "邮箱"),
            .init(name: "message", type: "textarea", label: english ? "Message" : "留言"),
          ], button: english ? "Send" : "发送",
          done: english ? "Everything is filled in. Connect this form to your mail service to receive messages." : "填写无误。接入您的邮件服务后即可收到留言。"))
    })

  static let newsletter = Component(
    kind: "newsletter",
    keywords: ["newsletter", "subscribe", "subscription", "mailing list", "email list", "订阅", "邮件列表", "通讯"],
    title: Localized("Newsletter", "订阅通讯"),
    standards: [
      Standard(
        "The form has a labelled e-mail field and a button", "表单包含带标签的邮箱字段和按钮", .has("<label for="), .has("type=\"email\""),
        .has("<button type=\"submit\">")),
      checked,
    ],
    body: { part in
      let english = part.language == .english
      return HTML.form(
        Form(
          id: part.anchor, language: part.language, fields: [.init(name: "email", type: "email", label: english ? "E-mail" : "邮箱")],
          button: english ? "Subscribe" : "订阅",
          done: english ? "The address is valid. Connect this form to your mailing service to collect it." : "邮箱格式正确。接入您的邮件服务后即可收集订阅。"))
    })

  static let login = Component(
    kind: "login-form",
    keywords: [
      "login", "log in", "sign in", "sign-in", "sign up", "register", "registration", "account", "password", "登录", "注册", "登陆", "账号", "密码",
    ],
    title: Localized("Sign in", "登录"),
    standards: [
      Standard(
        "The form has labelled fields for e-mail and password", "表单包含带标签的邮箱和密码字段", .count("<label for=", 2), .has("type=\"email\""),
        .has("type=\"password\"")),
      Standard(
        "A password of fewer than eight characters is refused in the browser", "少于八个字符的密码会在浏览器中被拒绝", .has("minlength=\"8\""),
        .has("data-validate")),
    ],
    body: { part in
      let english = part.language == .english
      return HTML.form(
        Form(
          id: part.anchor, language: part.language,
          fields: [
            .init(name: "email", type: "email", label: english ? "E-mail" : "邮箱"),
            .init(name: "password", type: "password", label: english ? "Password" : "密码"),
          ], button: english ? "Sign in" : "登录",
          done: english ? "The form is complete. Connect it to your account service to sign people in." : "填写无误。接入您的账号服务后即可登录。"))
    })

  static let booking = Component(
    kind: "booking-form",
    keywords: ["booking", "reservation", "reserve", "appointment", "schedule a", "book a", "预约", "预订", "订座", "预定", "挂号"],
    title: Localized("Book a visit", "在线预约"),
    standards: [
      Standard(
        "The form asks for date, time and number of people, each with a label", "表单询问日期、时间和人数，均带标签", .count("<label for=", 4),
        .has("type=\"date\""),
        .has("type=\"time\""), .has("type=\"number\"")),
      checked,
    ],
    body: { part in
      let english = part.language == .english
      return HTML.form(
        Form(
          id: part.anchor, language: part.language,
          fields: [
            .init(name: "name", type: "text", label: english ? "Your name" : "姓名"),
            .init(name: "date", type: "date", label: english ? "Date" : "日期"),
            .init(name: "time", type: "time", label: english ? "Time" : "时间"),
            .init(name: "people", type: "number", label: english ? "People" : "人数"),
          ], button: english ? "Book" : "预约",
          done: english ? "The request is complete. Connect this form to your calendar to receive it." : "预约信息完整。接入您的日历后即可收到预约。"))
    })
}
