/// The names as data: one line an entry, `core name: other spelling, other spelling`, first entry wins.
///
/// Source: contract `tables/vocabulary.json`; `VocabularyTests` holds the two together.
enum VocabularyTable {
  static let skills = """
    python: py, python3, 蟒蛇
    javascript: js
    typescript: ts
    java: jdk
    go: golang
    rust: rs
    cpp: c++, cplusplus
    csharp: .net, c#, dotnet
    php: php7, php8
    ruby: rb
    swift: ios_swift
    kotlin: kt
    scala:
    sql: 数据库查询
    shell: bash, sh, 脚本
    solidity: sol, 智能合约语言
    react: react.js, reactjs
    vue: vue.js, vue2, vue3, vuejs
    angular: angularjs
    svelte: sveltejs
    nextjs: next, next.js
    nuxt: nuxt.js, nuxtjs
    django:
    flask:
    fastapi: fast-api
    spring: spring boot, springboot
    express: express.js, expressjs
    nestjs: nest, nest.js
    gin:
    rails: ror, ruby on rails
    laravel:
    mysql: mariadb
    postgresql: pg, postgres
    mongodb: mongo
    redis:
    elasticsearch: elastic, es
    sqlite: sqlite3
    oracle: oracle_db
    sqlserver: mssql, sql server
    docker: 容器
    kubernetes: k8, k8s
    aws: amazon, amazon web services
    gcp: google cloud
    azure: microsoft azure
    aliyun: alibaba cloud, 阿里云
    tencent_cloud: tencent cloud, 腾讯云
    nginx:
    jenkins:
    gitlab_ci: gitlab ci
    github_actions: github actions
    terraform: tf
    ansible:
    pytorch: torch
    tensorflow: tf_ml
    scikit_learn: scikit-learn, sklearn
    pandas: pd
    numpy: np
    llm: 大模型, 大语言模型, 语言模型
    nlp: 文本处理, 自然语言处理
    cv: computer vision, 图像处理, 计算机视觉
    deep_learning: dl, 深度学习, 神经网络
    machine_learning: ml, 机器学习
    api: rest, restful, 接口
    graphql:
    grpc:
    websocket: ws, 实时通信
    microservices: micro-services, 微服务
    distributed: distributed system, 分布式
    high_availability: ha, 高可用, 高可用性
    high_concurrency: 并发, 高并发
    cache: caching, 缓存
    mq: kafka, message queue, rabbitmq, 消息队列
    testing: test, unit test, 单元测试, 测试
    ci_cd: ci/cd, cicd, 持续部署, 持续集成
    agile: scrum, 敏捷, 看板
    code_review: cr, review, 代码审查
    blockchain: 区块链, 链
    smart_contract: 合约, 智能合约
    web3: web3.js
    ethereum: eth, 以太坊
    defi: 去中心化金融
    security: 信息安全, 安全, 网络安全
    encryption: cryptography, 加密, 密码学
    authentication: auth, 认证, 身份验证
    authorization: 授权, 权限
    penetration: pentest, 渗透, 渗透测试
    ios: iphone, 苹果
    android: 安卓
    flutter:
    react_native: react native, rn
    miniprogram: mini program, 小程序, 微信小程序
    figma:
    sketch:
    photoshop: ps
    ui_design: ui设计, 界面设计, 视觉设计
    ux_design: ux设计, 交互设计, 用户体验
    prototype: wireframe, 原型, 原型设计
    """

  static let domains = """
    backend: api, blockchain, distributed, microservices, middleware, payment, server, server-side, serverless, 后端, 服务器端, 服务端
    frontend: client, client-side, desktop, h5, miniprogram, mobile, pwa, responsive, web, web端, 前端, 客户端
    design: graphic, interaction, motion, prototype, ui, ux, visual, 交互, 界面, 设计
    qa: automation, e2e, integration, performance, quality, security_testing, test, testing, unit_test, 测试, 质量
    devops: ci_cd, cloud, docker, infrastructure, kubernetes, monitoring, ops, sre, 运维, 运营, 部署
    architecture: architect, event_driven, high_availability, microservices_arch, scalability, system_design, 架构, 系统设计
    product: agile, pm, requirements, roadmap, scrum, stakeholder, user_research, 产品, 产品经理, 需求
    data: ai, analytics, cv, data_pipeline, deep_learning, etl, llm, ml, nlp, 人工智能, 数据, 机器学习, 算法
    security: audit, authentication, authorization, compliance, encryption, penetration, sec, 信息安全, 安全, 网络安全
    specialist: 专业, 专家, 领域
    """

  /// What every unknown domain counts as.
  static let defaultDomain = "specialist"

  /// Roles in order of preference, each with what it must be able to do.
  static let roles = """
    product_manager: acceptance, product_management, requirements
    architect: architecture, code_review, system_design
    frontend_dev: css, frontend, javascript, react, typescript, vue
    backend_dev: api, backend, database, go, java, python
    fullstack_dev: backend, frontend, fullstack
    database_dev: database, mongodb, mysql, postgresql, sql
    ux_designer: prototype, user_experience, ux, wireframe
    ui_designer: figma, sketch, ui, visual_design
    qa: qa, quality, test_automation, testing
    code_reviewer: best_practices, code_review
    devops: ci_cd, deployment, devops, docker, kubernetes
    tech_writer: documentation, technical_writing
    """

  /// Separated by white space. The single Chinese characters never match a keyword, which has two characters at least.
  static let stopWords = """
    a about above after again against all an and are at be been before being below between both but by can could did
    do does down during each else for from further had has have here if in into is may might must off on once or out
    over shall should that the then there these this those through to under up was were when will with would 不 与 个 为 也
    了 从 他 以 会 你 及 可 向 和 在 她 它 对 就 我 或 把 是 有 用 的 着 等 给 而 能 被 要 让 这 那 都
    """
}
